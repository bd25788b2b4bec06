// Starts and stops each recorder as its own documentation says. Uploads go to /sink/NAME (ours to /scripts/footfall) on the same server.
(() => {
  const sink = (name) => `${location.origin}/sink/${name}`;

  const load = (src, data = {}) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script.dataset, data);
      script.src = src;
      script.onload = done;
      script.onerror = () => failed(new Error(`${src} does not load`));
      document.head.append(script);
    });

  const clarity = () =>
    window.clarity("start", {
      projectId: "benchmark",
      upload: sink("clarity"),
      track: true,
      content: true,
    });

  const contestants = {
    none: { first() {}, start() {}, stop() {} },
    footfall: {
      first: () =>
        load("/scripts/footfall.js", {
          project: "benchmark_project_key",
          // Its second part comes from there: below /scripts/ its time is counted as the recorder's.
          endpoint: `${location.origin}/scripts/footfall`,
        }),
      start: () => window.footfall.start(),
      stop: () => window.footfall.stop(),
    },
    rrweb: {
      async first() {
        await load("/scripts/rrweb.js");
        window.rrwebRecorder.start(sink("rrweb"));
      },
      start: () => window.rrwebRecorder.start(sink("rrweb")),
      stop: () => window.rrwebRecorder.stop(),
    },
    datadog: {
      async first() {
        await load("/scripts/datadog/datadog-rum.js");
        window.DD_RUM.init({
          applicationId: "00000000-0000-4000-8000-000000000000",
          clientToken: "pub00000000000000000000000000000000",
          site: "datadoghq.com",
          service: "benchmark",
          proxy: sink("datadog"),
          sessionSampleRate: 100,
          sessionReplaySampleRate: 100,
          telemetrySampleRate: 0,
          defaultPrivacyLevel: "mask-user-input",
        });
        window.DD_RUM.startSessionReplayRecording();
      },
      start: () => window.DD_RUM.startSessionReplayRecording({ force: true }),
      stop: () => window.DD_RUM.stopSessionReplayRecording(),
    },
    clarity: {
      async first() {
        // The stub of its tag: calls wait in a queue until the script has loaded.
        const queue = [];
        window.clarity = Object.assign((...call) => queue.push(call), { q: queue });
        clarity();
        await load("/scripts/clarity.js");
      },
      start: clarity,
      stop: () => window.clarity("stop"),
    },
  };

  window.contestants = contestants;
})();
