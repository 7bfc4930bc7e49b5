// Goes through the life of a design, in Node or in a browser.
export default async function ({ Convoke, ConvokeError }, { baseUrl }) {
  const convoke = new Convoke({ baseUrl });
  const states = [];
  const { jobId, status } = await convoke.generate({ description: "A lemon party", style: "retro", size: { width: 300, height: 400 } });
  for await (const state of convoke.watchJob(jobId)) states.push(state);
  const again = [];
  for await (const state of convoke.watchJob(jobId, { version: states.at(-1).version })) again.push(state);

  const refined = await convoke.refine({ jobId, instructions: "a larger title" }, { wait: 30 });
  const { asset } = await convoke.job(refined.jobId);
  const design = await convoke.design(asset.designId);
  const diff = await convoke.diff(asset.designId, 1, 2);
  const picture = await fetch(convoke.pictureUrl(asset.designId, 2, 64));
  await picture.arrayBuffer();
  const servers = await convoke.servers();

  const failures = [];
  const fails = async (what) => {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ConvokeError)) throw error;
      failures.push({ status: error.status, code: error.code, fields: error.fields.map((f) => f.field), attempts: error.attempts });
    }
  };
  const watched = async (id) => {
    for await (const state of convoke.watchJob(id)) throw new Error(`a state of nothing: ${JSON.stringify(state)}`);
  };
  await fails(() => convoke.generate({ description: "", style: "loud" }));
  await fails(() => convoke.cancel(jobId));
  await fails(() => watched("01890000-0000-7000-8000-000000000000"));
  await fails(() => watched("../nobody"));
  return {
    status, states, again: again.length, refined: refined.finished.asset.version, versions: design.versions.length,
    changed: diff.brief.map((change) => change.path), picture: picture.headers.get("Content-Type"), servers: servers.map((s) => s.id), failures,
  };
}
