import { Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { type Stop, stopAll } from "../guard.ts";
import { STRICT } from "../privacy.ts";
import type { Scope } from "../scope.ts";
import { isBlocked, maskOf } from "../tree.ts";

const EVENTS = [
  "play",
  "playing",
  "pause",
  "waiting",
  "seeked",
  "ratechange",
  "volumechange",
  "loadedmetadata",
  "emptied",
  "ended",
] as const;

/** Records where videos and sounds stand, and whether they go on from there. */
export function trackMedia(scope: Scope): Stop {
  const { tree } = scope;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = new Set<HTMLMediaElement>();

  const write = (frames: Writer, media: HTMLMediaElement) => {
    const id = tree.ids.get(media);
    if (id === undefined || isBlocked(media, maskOf(media, tree.mask))) return;
    const { paused, muted, ended, loop, currentTime, playbackRate, volume, duration } = media;
    const { videoWidth = 0, videoHeight = 0 } = media as HTMLVideoElement;
    const thousandth = (value: number) => Math.round(value * 1000);
    // A video that waits for data stands still.
    const stands = paused || media.readyState < 3;
    const values = [
      Number(stands) + Number(muted) * 2 + Number(ended) * 4 + Number(loop) * 8,
      thousandth(currentTime),
      thousandth(playbackRate),
      thousandth(volume),
      Number.isFinite(duration) ? thousandth(duration) : -1,
      videoWidth,
      videoHeight,
    ];
    for (const value of [Op.Media, id, values.length, ...values]) frames.int(value);
  };

  const flush = scope.guard(() => {
    timer = undefined;
    scope.operate((frames) => {
      for (const media of changed) write(frames, media);
    });
    changed.clear();
  });
  const note = (media: HTMLMediaElement) => {
    changed.add(media);
    timer ??= setTimeout(flush);
  };
  const all = () =>
    tree.mask >= STRICT
      ? []
      : [...tree.roots].flatMap((root) => [
          ...root.querySelectorAll<HTMLMediaElement>("video,audio"),
        ]);

  all().forEach(note);
  const stops = [
    ...EVENTS.map((type) =>
      scope.listen(type, (event) => note(scope.pathOf(event)[0] as HTMLMediaElement), true),
    ),
    scope.afterKeyframe((frames) => {
      for (const media of all()) write(frames, media);
    }),
  ];
  return () => {
    clearTimeout(timer);
    stopAll(stops);
  };
}
