// Runs one script with the client that is built: node main.mjs script options. It is never told to exit, so that what the
// client leaves running shows.
import { pathToFileURL } from "node:url";

const [script, text] = process.argv.slice(2);
const options = JSON.parse(text);
const client = await import(pathToFileURL(options.client));
const { default: run } = await import(pathToFileURL(script));
const say = (what) => console.log(JSON.stringify(what));
const told = () => new Promise((done) => process.stdin.on("end", done).resume());
say({ result: (await run(client, options, say, told)) ?? null });
