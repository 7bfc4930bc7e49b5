// Watches what it is given and says everything that it hears, until enough guests come and the job has ended.
export default async function ({ Convoke }, { baseUrl, token, occasionId, jobId, guests, hasty, leave }, say, told) {
  if (hasty) Math.random = () => 0.03;
  class Noted extends (globalThis.WebSocket ?? Object) {
    constructor(url) {
      super(url);
      this.addEventListener("close", ({ code }) => say({ closed: code }));
    }
  }
  const convoke = new Convoke({ baseUrl, token, ...(globalThis.WebSocket && { WebSocket: Noted }) });
  const onConnection = (connection) => say({ connection });
  const end = new AbortController();
  const occasion = async () => {
    for await (const counts of convoke.watchOccasion(occasionId, { signal: end.signal, onConnection })) {
      say({ counts: counts.people.yes, revision: counts.revision });
      if (counts.people.yes >= guests) break;
      if (leave) setTimeout(() => end.abort());
    }
  };
  const job = async () => {
    if (!jobId) return;
    for await (const state of convoke.watchJob(jobId)) say({ job: state.type, version: state.version });
  };
  const ended = await Promise.allSettled([occasion(), job()]);
  say({ ended: ended.map(({ reason }) => reason && { status: reason.status, code: reason.code }) });
  if (leave) await told();
}
