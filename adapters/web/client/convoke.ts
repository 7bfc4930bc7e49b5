import type * as api from "./client.d";
import { ConvokeError } from "./error";
import { Http } from "./http";
import { Live } from "./live";
import type * as t from "./types";

// Convoke is described in client.d.ts.
export class Convoke implements api.Convoke {
  private readonly http: Http;
  private readonly live: Live;

  constructor(options: api.ConvokeOptions = {}) {
    this.http = new Http(options);
    this.live = new Live(options, this.http);
  }

  generate(order: t.GenerateRequest, options?: api.OrderOptions): Promise<api.Ordered> {
    return this.order("/api/mcp/tools/generate", order, options);
  }

  refine(order: t.RefineRequest, options?: api.OrderOptions): Promise<api.Ordered> {
    return this.order("/api/mcp/tools/refine", order, options);
  }

  job(jobId: string, options?: api.CallOptions): Promise<t.JobWithAsset> {
    return this.request("GET", path`/api/mcp/tools/job/${jobId}`, options);
  }

  async cancel(jobId: string, options?: api.WriteOptions): Promise<t.Job> {
    return (await this.request<t.JobAnswer>("POST", path`/api/mcp/tools/job/${jobId}/cancel`, options)).job;
  }

  async servers(options?: api.CallOptions): Promise<t.Generator[]> {
    return (await this.request<t.ServerList>("GET", "/api/mcp/servers", options)).servers;
  }

  watchJob(jobId: string, options?: api.WatchOptions): AsyncGenerator<t.JobMessage, void, void> {
    return this.live.job(jobId, options);
  }

  watchOccasion(occasionId: string, options?: api.WatchOptions): AsyncGenerator<t.OccasionCounts, void, void> {
    return this.live.occasion(occasionId, options);
  }

  async design(designId: string, options?: api.CallOptions): Promise<t.Design> {
    return (await this.request<t.DesignAnswer>("GET", path`/api/designs/${designId}`, options)).design;
  }

  diff(designId: string, from: number, to: number, options?: api.CallOptions): Promise<t.DesignDiff> {
    return this.request("GET", path`/api/designs/${designId}/diff?from=${from}&to=${to}`, options);
  }

  pictureUrl(designId: string, version: number, width?: number): string {
    return this.http.base + path`/api/designs/${designId}/v/${version}.png` + (width ? `?width=${width}` : "");
  }

  createOccasion(details: t.OccasionInput, options?: api.WriteOptions): Promise<t.OccasionOpened> {
    return this.request("POST", "/api/occasions", { ...options, body: details });
  }

  async occasion(occasionId: string, options?: api.CallOptions): Promise<t.Occasion> {
    return (await this.request<t.OccasionAnswer>("GET", path`/api/occasions/${occasionId}`, options)).occasion;
  }

  async changeOccasion(occasionId: string, changes: t.OccasionPatch, options?: api.CallOptions): Promise<t.Occasion> {
    return (await this.request<t.OccasionAnswer>("PATCH", path`/api/occasions/${occasionId}`, { ...options, body: changes })).occasion;
  }

  counts(occasionId: string, options?: api.CallOptions): Promise<t.Counts> {
    return this.request("GET", path`/api/occasions/${occasionId}/counts`, options);
  }

  rsvp(answer: t.RsvpInput, options?: api.WriteOptions): Promise<t.RsvpCreated> {
    return this.request("POST", "/api/rsvps", { ...options, body: answer });
  }

  async ownRsvp(options?: api.CallOptions): Promise<t.Rsvp> {
    return (await this.request<t.RsvpAnswer>("GET", "/api/rsvps/verify-token", options)).rsvp;
  }

  changeRsvp(rsvpId: string, changes: t.RsvpPatch, options?: api.CallOptions): Promise<t.RsvpChanged> {
    return this.request("PUT", path`/api/rsvps/${rsvpId}`, { ...options, body: changes });
  }

  cancelRsvp(rsvpId: string, options?: api.CallOptions): Promise<t.RsvpChanged> {
    return this.request("DELETE", path`/api/rsvps/${rsvpId}`, options);
  }

  request<T>(method: string, path: string, options?: api.RequestOptions): Promise<T> {
    return this.http.call(method, path, options);
  }

  // order answers the same whether or not the server has waited.
  private async order(path: string, body: unknown, { wait, ...options }: api.OrderOptions = {}): Promise<api.Ordered> {
    const headers = wait ? { Prefer: `wait=${wait}` } : undefined;
    const answer = await this.request<t.JobAccepted | t.JobWithAsset>("POST", path, { ...options, headers, body });
    if (!("job" in answer)) return { jobId: answer.jobId, status: answer.status, finished: null };
    return { jobId: answer.job.id, status: answer.job.status, finished: answer };
  }
}

export { ConvokeError };

// The compiler compares what is described with what is here.
type Keeps<T extends typeof api> = T;
export type Promises = Keeps<{ Convoke: typeof Convoke; ConvokeError: typeof ConvokeError }>;

// path writes an address with whatever was given for its parts.
function path(texts: TemplateStringsArray, ...parts: (string | number)[]): string {
  return String.raw({ raw: texts }, ...parts.map(encodeURIComponent));
}
