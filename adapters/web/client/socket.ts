// WebSocketLike is as much of a WebSocket as is needed.
export interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

interface Owner {
  opened: () => void;
  receive: (text: string) => void;
  lost: (code: number, reason: string) => void; // once, and not after hangUp
}

const patience = 10_000; // ms for a connection to open
const beat = 25_000; // ms of silence before the server is asked whether it is there

// Socket is one connection, from its first attempt to its end.
export class Socket {
  isOpen = false;
  private readonly socket: WebSocketLike;
  private heard = true; // anything since the last beat
  private timer: ReturnType<typeof setTimeout>;
  private over = false;

  constructor(
    WebSocket: WebSocketConstructor,
    url: string,
    private readonly owner: Owner,
  ) {
    const socket = (this.socket = new WebSocket(url));
    this.timer = setTimeout(() => this.drop(), patience);
    socket.onopen = () => this.open();
    socket.onmessage = (event: { data: unknown }) => {
      this.heard = true;
      if (!this.over) owner.receive(String(event.data));
    };
    socket.onclose = (event: { code: number; reason: string }) => this.lose(event.code, event.reason);
    socket.onerror = () => this.drop(); // some say nothing more when they are refused
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  // drop gives up what is of no use, which the connection itself may not notice for minutes.
  drop(): void {
    if (this.over) return;
    this.lose(1006, "");
    this.socket.close();
  }

  // hangUp ends it. The owner hears no more of it.
  hangUp(): void {
    this.finish();
    this.socket.close();
  }

  private open(): void {
    if (this.over) return;
    this.isOpen = true;
    this.beat();
    this.owner.opened();
  }

  private beat(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.heard) return this.drop();
      this.heard = false;
      this.send({ type: "ping" });
      this.beat();
    }, beat);
  }

  private lose(code: number, reason: string): void {
    if (this.over) return;
    this.finish();
    this.owner.lost(code, reason);
  }

  private finish(): void {
    this.over = true;
    this.isOpen = false;
    clearTimeout(this.timer);
  }
}
