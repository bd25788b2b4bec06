// What the published pages get besides the recorders: a visit that no link and no form can end.
(() => {
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
  });
  addEventListener("submit", (event) => event.preventDefault());

  // A slow scroll would be at another place each time.
  document.documentElement.style.setProperty("scroll-behavior", "auto", "important");

  const PATIENCE_FRAMES = 180;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };

  window.visitors = {
    /** Brings the first element of a selector that has a box into view; returns its middle, once it stands still. */
    async placeOf(selector) {
      let found;
      for (let tries = 0; !found; tries++) {
        if (tries > PATIENCE_FRAMES) throw new Error(`Nothing to click at ${selector}`);
        found = [...document.querySelectorAll(selector)].find((one) => one.offsetHeight);
        await frame();
      }
      found.scrollIntoView({ block: "center", behavior: "instant" });
      let place = [];
      for (let still = 0; still < 6; ) {
        const next = middle(found);
        still = `${next}` === `${place}` ? still + 1 : 0;
        place = next;
        await frame();
      }
      return place;
    },
  };
})();
