// Turns bitmaps into files: in a worker, or, where the page's policy allows none, as the browser does it here.

import type { Guard, Stop } from "../../guard.ts";

const TYPE = "image/webp"; // browsers that cannot make it make PNG
const QUALITY = 0.8;

export interface Encoded {
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

export interface Encoder {
  readonly encode: (bitmap: ImageBitmap) => Promise<Encoded>;
  readonly stop: Stop;
}

const WORKER = `onmessage=async({data:[n,b]})=>{let r;try{const c=new OffscreenCanvas(b.width,b.height);
c.getContext("bitmaprenderer").transferFromImageBitmap(b);const f=await c.convertToBlob({type:"${TYPE}",quality:${QUALITY}});
r={type:f.type,bytes:await f.arrayBuffer()}}catch(e){r=e.name}postMessage([n,r])};postMessage([0])`;

export function createEncoder(guard: Guard): Encoder {
  const waiting = new Map<number, (answer: Encoded | string | undefined) => void>();
  let worker: Worker | undefined;
  let ready = false;
  let count = 0;

  const end = () => {
    worker?.terminate();
    worker = undefined;
    ready = false;
    for (const done of waiting.values()) done("AbortError");
    waiting.clear();
  };

  const begin = guard(() => {
    const url = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    worker = new Worker(url);
    worker.onmessage = guard(({ data: [number, answer] }: MessageEvent) => {
      ready = true;
      URL.revokeObjectURL(url);
      waiting.get(number)?.(answer);
      waiting.delete(number);
    });
    worker.onerror = (event) => {
      event.preventDefault();
      end();
    };
  });
  if (typeof OffscreenCanvas === "function") begin();

  const remote = async (to: Worker, bitmap: ImageBitmap): Promise<Encoded> => {
    const number = ++count;
    to.postMessage([number, bitmap], [bitmap]);
    const answer = await new Promise<Encoded | string | undefined>((done) => {
      waiting.set(number, done);
    });
    if (typeof answer === "object") return answer;
    throw new DOMException("", answer ?? "UnknownError");
  };

  return {
    // Until the worker has answered once it may never do so.
    encode: (bitmap) => (worker && ready ? remote(worker, bitmap) : here(bitmap)),
    stop: end,
  };
}

async function here(bitmap: ImageBitmap): Promise<Encoded> {
  const blob = await drawn(bitmap);
  if (!blob) throw new DOMException("", "EncodingError");
  return { type: blob.type, bytes: await blob.arrayBuffer() };
}

function drawn(bitmap: ImageBitmap): Promise<Blob | null> {
  const { width, height } = bitmap;
  if (typeof OffscreenCanvas === "function") {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
    return canvas.convertToBlob({ type: TYPE, quality: QUALITY });
  }
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
  return new Promise((done) => canvas.toBlob(done, TYPE, QUALITY));
}
