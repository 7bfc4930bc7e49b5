// How a socket stands, as far as readers care.
export type State = "live" | "connecting" | "stopped";

interface Client {
  greeting: () => string;
  receive: (text: string) => boolean; // false: this connection is of no use
  tell: (state: State) => void;
}

const longest = 30_000; // ms between attempts
const patience = 2_000; // ms without a connection before anybody is told
const refused = 3500; // close codes from here on say: do not come back

// Socket keeps one connection to the server. It comes back after a random part of a growing time, so that the guests of a
// server that starts again do not all come at once; at once when the network or the page returns; and never after a
// refusal. It gives the connection up while the page is left, so that Back can show the page as it was.
export class Socket {
  private socket: WebSocket | undefined;
  private timer = 0;
  private telling = 0;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly path: string,
    private readonly client: Client,
  ) {}

  start(): void {
    addEventListener("pagehide", () => this.hangUp());
    addEventListener("pageshow", (event) => event.persisted && this.again());
    addEventListener("offline", () => this.lose());
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.hangUp() : this.again()));
    if (!document.hidden) this.connect();
  }

  // stop ends it for good.
  stop(): void {
    this.stopped = true;
    this.hangUp();
    this.client.tell("stopped");
  }

  private again(): void {
    if (this.stopped || this.socket) return;
    clearTimeout(this.timer);
    this.failures = 0;
    this.connect();
  }

  private connect(): void {
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => {
      clearTimeout(this.telling);
      this.telling = 0;
      this.client.tell("live");
      socket.send(this.client.greeting());
    };
    socket.onmessage = (event) => {
      if (this.client.receive(String(event.data))) this.failures = 0;
      else socket.close();
    };
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    if (code >= refused && code < 5000) {
      this.stop();
      return;
    }
    this.tellSoon();
    const wait = Math.min(longest, 500 * 2 ** this.failures++);
    this.timer = setTimeout(() => this.connect(), Math.random() * wait);
  }

  // lose gives up what the network has taken away, which the socket itself may not notice for minutes.
  private lose(): void {
    if (this.stopped) return;
    this.hangUp();
    this.tellSoon();
  }

  private tellSoon(): void {
    if (!this.telling) this.telling = setTimeout(() => this.client.tell("connecting"), patience);
  }

  private hangUp(): void {
    clearTimeout(this.timer);
    clearTimeout(this.telling);
    this.telling = 0;
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  }
}
