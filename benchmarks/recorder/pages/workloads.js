// What the measured pages do. One state a frame, each with a word of its own, so that the server can count which
// of the states that were painted reached it. Words have letters only: some recorders mask digits.
(() => {
  const LETTERS = "abcdefghijklmnop";
  const stage = () => document.getElementById("stage");
  const frame = () => new Promise((done) => requestAnimationFrame(done));

  /** The word of a state; benchmarks/recorder/sink.py makes the same. */
  const word = (state) =>
    `zq${[12, 8, 4, 0].map((shift) => LETTERS[(state >> shift) & 15]).join("")}`;

  const states = async (count, show) => {
    for (let state = 0; state < count; state++) {
      await frame();
      show(state, word(state));
    }
    await frame();
    return count;
  };

  const row = (number) => {
    const tr = document.createElement("tr");
    const cells = ["number", "label", "remove", "rest"].map((name) => {
      const td = document.createElement("td");
      td.className = name;
      tr.append(td);
      return td;
    });
    cells[0].textContent = String(number);
    const link = document.createElement("a");
    link.textContent = `pretty ${LETTERS[number % 16]} table ${number}`;
    cells[1].append(link);
    const icon = document.createElement("span");
    icon.setAttribute("aria-hidden", "true");
    const button = document.createElement("a");
    button.append(icon);
    cells[2].append(button);
    return tr;
  };

  const rows = (from) => Array.from({ length: 1000 }, (_, index) => row(from + index));

  const churn = (body) => [
    () => body.append(...rows(1)),
    ...[0, 1, 2].map(() => () => {
      for (const label of body.querySelectorAll("tr:nth-child(10n) a:only-child")) {
        if (label.textContent) label.textContent += " !!!";
      }
    }),
    ...[0, 1].map(() => () => {
      const [a, b] = [body.rows[1], body.rows[998]];
      const after = b.nextSibling;
      body.insertBefore(b, a);
      body.insertBefore(a, after);
    }),
    () => body.rows[3].remove(),
    () => body.append(...rows(1001)),
    () => body.replaceChildren(),
  ];

  const table = (cycles) => {
    stage().innerHTML = "<table><caption></caption><tbody></tbody></table>";
    const operations = churn(stage().querySelector("tbody"));
    return states(cycles * operations.length, (state, text) => {
      operations[state % operations.length]();
      stage().querySelector("caption").textContent = text;
    });
  };

  const storm = (frames) =>
    states(frames, (state, text) => {
      const items = Array.from(
        { length: 60 },
        (_, i) =>
          `<li class="item ${i % 7 ? "" : "hot"}"><b>${text}</b> <i>offer ${i}</i> <a href="/o/${i}">see ${state * i}</a></li>`,
      );
      stage().innerHTML = `<ul>${items.join("")}</ul>`;
    });

  const animation = (frames) => {
    stage().innerHTML = "<div class=box></div>".repeat(60);
    const boxes = [...stage().children];
    return states(frames, (state, text) => {
      boxes.forEach((box, i) => {
        const x = Math.round(200 * Math.sin((state + i) / 9) * 100) / 100;
        box.style.transform = `translate(${x}px, ${i % 5}px) rotate(${(state * i) % 360}deg)`;
        box.style.opacity = String(((state + i) % 50) / 50);
      });
      boxes[0].className = `box ${text}`;
    });
  };

  const ROW_HEIGHT = 24;
  const virtual = (frames) => {
    stage().innerHTML = '<div class="port"><div class="tall"></div></div>';
    const port = stage().firstChild;
    const shown = new Map();
    return states(frames, (state, text) => {
      port.scrollTop = state * 10 * ROW_HEIGHT;
      const first = state * 10;
      for (const [index, element] of shown) {
        if (index >= first && index < first + 30) continue;
        element.remove();
        shown.delete(index);
      }
      for (let index = first; index < first + 30; index++) {
        if (shown.has(index)) continue;
        const line = document.createElement("div");
        line.className = "line";
        line.style.top = `${index * ROW_HEIGHT}px`;
        line.innerHTML = `<span>${index}</span><span>${text}</span><span>in stock</span>`;
        port.firstChild.append(line);
        shown.set(index, line);
      }
    });
  };

  const pointer = async () => {
    stage().innerHTML = "<button type=button>one</button>".repeat(200);
    return 0;
  };

  const typing = async () => {
    stage().innerHTML = '<form><input id="line" name="line"><textarea id="area"></textarea></form>';
    document.getElementById("line").focus();
    return 0;
  };

  let longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
  }).observe({ type: "longtask" });

  window.workloads = { table, storm, animation, virtual, pointer, typing };
  /** The longest task of 50 ms or more since the last call, else 0. */
  window.longestTask = () => {
    const value = longest;
    longest = 0;
    return value;
  };
})();
