// Replies while the network is bad.
export default async function ({ Convoke, ConvokeError }, { baseUrl, occasionId }) {
  Math.random = () => 0.01; // waits are short, but for those that the server asks for
  const convoke = new Convoke({ baseUrl });
  const reply = (name, options) => convoke.rsvp({ occasionId, name, email: `${name}@example.org` }, options);
  const failure = (error) => ({ name: error.name, ours: error instanceof ConvokeError, status: error.status, code: String(error.code), attempts: error.attempts, retryAfter: error.retryAfter });

  const began = Date.now();
  const { rsvp, token } = await reply("unlucky");
  const took = Date.now() - began;
  const refused = await reply("refused").catch(failure);
  const later = await reply("later").catch(failure);
  const aborted = await reply("aborted", { signal: AbortSignal.timeout(3000) }).catch(failure);

  const changed = await convoke.changeRsvp(rsvp.id, { partySize: 3 }, { token });
  const wrong = await convoke.changeRsvp(rsvp.id, { partySize: 4 }, { token: token + "x" }).catch(failure);
  const own = await convoke.ownRsvp({ token });
  const gone = await convoke.cancelRsvp(rsvp.id, { token });
  const counts = await convoke.counts(occasionId);
  return {
    took, status: rsvp.status, refused, later, aborted, party: changed.rsvp.partySize, own: own.partySize, wrong, gone: gone.rsvp.status,
    counts: counts.replies,
  };
}
