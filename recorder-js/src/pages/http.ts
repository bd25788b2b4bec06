// Talking to our own API. The server and these scripts are of one version, so its answers are not doubted.

export interface ApiError {
  readonly error: string;
  readonly message: string;
}

/** The JSON at a path of this server. Rejects with the server's own message. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answer<T>(await fetch(path, signal ? { signal } : {}));
}

/** The JSON that answers a JSON body. */
export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return sendJson<T>("POST", path, body, signal);
}

/** The JSON that answers a request which changes something. */
export async function sendJson<T>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const request = { method, headers, body: JSON.stringify(body) };
  return answer<T>(await fetch(path, signal ? { ...request, signal } : request));
}

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const told = (await response.json().catch(() => undefined)) as ApiError | undefined;
  throw new Error(told?.message ?? `The server answered ${response.status}.`);
}
