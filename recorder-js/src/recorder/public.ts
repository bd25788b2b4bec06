// What the site's own scripts see of the recorder. Types alone: build.mjs ships them beside the module.

/** What the recorder does, or why it does nothing. */
export type RecorderState =
  /** The document is not there yet, the page is not shown yet, or the server has not answered yet. */
  | "waiting"
  /** Consent is required and not given, or it was refused. */
  | "no consent"
  /** The visitor's browser asks not to be tracked (Global Privacy Control, Do Not Track). */
  | "refused"
  /** This page is not to be recorded. */
  | "excluded"
  /** This session is not in the sample. */
  | "unsampled"
  /** Not in the sample; the last minute is kept in memory, until a rule of `keep` holds. */
  | "held"
  | "recording"
  /** By a call of `pause`, or by the server for the whole project. */
  | "paused"
  /** No activity for five minutes. */
  | "idle"
  | "stopped";

/** Something found in the page while it is recorded. More names come with later releases. */
export interface Signal {
  /** "error": an error that nobody caught, or a rejection that nobody handled. */
  readonly name: "error";
  /** ms since 1970, by the visitor's clock. */
  readonly at: number;
}

/** What a listener hears: the new state, or what was found. */
export interface Heard {
  readonly state: RecorderState;
  readonly signal: Signal;
}

/** Flat: at most 50 names, each value at most 500 characters, all together 4,000. What is more is left out. */
export type Properties = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface SessionInfo {
  readonly project: string;
  /** "" while there is none. */
  readonly session: string;
  readonly tab: string;
  readonly state: RecorderState;
  /** Address of the replay at this moment, for your error tracker or help desk; "" while there is none. */
  readonly link: string;
}

/** What `window.footfall` offers, and the module as functions. Nothing here throws. */
export interface Recorder {
  /** Starts recording, unless it runs or may not. */
  readonly start: () => void;
  /** Stops recording and gives back everything that was patched. */
  readonly stop: () => void;
  /** Records nothing until `resume`; the session goes on. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The visitor's answer, remembered. "denied" stops, and forgets what is not sent. */
  readonly consent: (answer: "granted" | "denied") => void;
  /** Who the visitor is, by an id of your own (of an e-mail address nothing but its shape is kept). */
  readonly identify: (user: string, properties?: Properties) => void;
  /** Another person may come: begins a new visitor and a new session. */
  readonly reset: () => void;
  /** Records that something happened. Texts are masked as those of the page. */
  readonly track: (name: string, properties?: Properties) => void;
  /** Begins a page view by hand, where the address does not tell. */
  readonly page: (name?: string) => void;
  /** Listens; returns what ends that. */
  readonly on: <K extends keyof Heard>(what: K, listener: (heard: Heard[K]) => void) => () => void;
  readonly session: () => SessionInfo;
}

/** The options of the script tag, for the module's `start`. The README says what each means. */
export interface Options {
  /** The project's key. */
  readonly project: string;
  /** Where to send to, as in "https://footfall.example". */
  readonly endpoint: string;
  readonly mask?: "balanced" | "strict" | "open";
  readonly allowQuery?: readonly string[];
  readonly consent?: "required";
  readonly doNotTrack?: "ignore";
  readonly exclude?: readonly string[];
  readonly pageViews?: "path" | "query" | "hash";
  /** Share of the sessions to record, from 0 to 1. */
  readonly sample?: number;
  readonly keep?: readonly string[];
  /** ms of each second that the recording may take of the main thread before less is recorded; 0: any. Default 150. */
  readonly budget?: number;
  /** KB a minute that it may send, assets left out, before less is recorded; 0: any. Default 3000. */
  readonly budgetKb?: number;
  readonly maskSelector?: string;
  readonly unmaskSelector?: string;
  readonly blockSelector?: string;
  readonly ignoreSelector?: string;
}
