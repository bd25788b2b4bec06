// Two stages side by side scroll together, each by its own length.

/** Keep these elements scrolled to the same share of what each can scroll. */
export function scrollTogether(stages: readonly HTMLElement[]): void {
  // What was set here comes back as an event: a place that is already right is left as it is.
  const share = (one: HTMLElement) =>
    one.scrollTop / Math.max(one.scrollHeight - one.clientHeight, 1);
  let leader: HTMLElement | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  for (const stage of stages) {
    stage.addEventListener("scroll", () => {
      if (leader && leader !== stage) return;
      leader = stage;
      clearTimeout(timer);
      timer = setTimeout(() => {
        leader = undefined;
      }, 150);
      for (const other of stages) {
        if (other === stage) continue;
        other.scrollTop = share(stage) * (other.scrollHeight - other.clientHeight);
      }
    });
  }
}
