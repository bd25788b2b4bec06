import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { about } from "./about.ts";

/** A slider of the volume, or of the time, is told where it rests. */
const REST_MS = 400;
/** A page may loop a short sound for hours. */
const MAX_FACTS = 500;

/** Records what was done with videos and audios: by the visitor or by the page. */
export function trackMediaFacts(scope: Scope): Stop {
  /** Where each was before it was moved, s. */
  const positions = new WeakMap<HTMLMediaElement, number>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Tells where each has been moved to, if that is not told yet. */
  const moved = new WeakMap<HTMLMediaElement, () => void>();
  let facts = 0;

  const tell = (
    media: HTMLMediaElement,
    action: string,
    amount: number,
    position = media.currentTime,
  ) => {
    const named = facts++ < MAX_FACTS ? about(scope, media) : undefined;
    if (!named) return;
    scope.emit(Kind.Media, [
      scope.now(),
      ...named,
      media.localName,
      action,
      Math.round(position * 1000),
      Number.isFinite(media.duration) ? Math.round(media.duration * 1000) : -1,
      Math.round(amount),
    ]);
  };

  const onMedia = (work: (media: HTMLMediaElement) => void) => (event: Event) => {
    const media = scope.pathOf(event)[0] as HTMLMediaElement | undefined;
    if (event.isTrusted && media && /^(video|audio)$/.test(media.localName)) work(media);
  };

  /** Tells when no other such event came for a while. */
  const rested = (action: string, amount: (media: HTMLMediaElement) => number) =>
    onMedia((media) => {
      const key = `${action} ${scope.idOf(media)}`;
      const position = media.currentTime; // it may play on until this is told
      clearTimeout(timers.get(key));
      const work = scope.guard(() => {
        clearTimeout(timers.get(key));
        if (timers.delete(key)) tell(media, action, amount(media), position);
      });
      timers.set(key, setTimeout(work, REST_MS));
      if (action === "seek") moved.set(media, work);
    });

  const at = onMedia((media) => {
    if (!media.seeking) positions.set(media, media.currentTime);
  });
  /** Where it was when the seek began; the events of a dragged slider are one seek. */
  const starts = new WeakMap<HTMLMediaElement, number>();
  const seek = rested("seek", (media) => {
    const start = starts.get(media) ?? 0;
    starts.delete(media);
    return start * 1000;
  });

  /** What it does now comes after where it was moved to. */
  const tellNow = (media: HTMLMediaElement, action: string) => {
    moved.get(media)?.();
    tell(media, action, 0);
  };

  const stops = [
    scope.listen("timeupdate", at, true),
    scope.listen(
      "play",
      onMedia((media) => tellNow(media, "play")),
      true,
    ),
    scope.listen(
      "pause",
      onMedia((media) => {
        if (!media.ended) tellNow(media, "pause");
      }),
      true,
    ),
    scope.listen(
      "ended",
      onMedia((media) => tellNow(media, "ended")),
      true,
    ),
    scope.listen(
      "error",
      onMedia((media) => tell(media, "error", media.error?.code ?? 0)),
      true,
    ),
    scope.listen(
      "seeking",
      (event) =>
        onMedia((media) => {
          // A loop begins anew without anybody's doing.
          if (media.loop && media.currentTime < 0.5 && !media.paused) return;
          if (!starts.has(media)) starts.set(media, positions.get(media) ?? 0);
          seek(event);
        })(event),
      true,
    ),
    scope.listen("seeked", at, true),
    scope.listen(
      "ratechange",
      rested("rate", (media) => media.playbackRate * 100),
      true,
    ),
    scope.listen(
      "volumechange",
      rested("volume", (media) => (media.muted ? 0 : media.volume * 100)),
      true,
    ),
  ];
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
    stopAll(stops);
  };
}
