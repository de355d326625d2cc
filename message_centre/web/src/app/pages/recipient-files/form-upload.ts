/** Uploads by the presigned form that the platform hands out, with progress. */

export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly max_bytes: number;
}

/** Why an upload did not arrive. `refused` has the store's status. */
export class UploadFailed extends Error {
  constructor(
    readonly kind: 'too-large' | 'network' | 'refused' | 'aborted',
    readonly status: number | null = null,
  ) {
    super(`upload ${kind}${status === null ? '' : ` (${status})`}`);
  }
}

export interface Progress {
  readonly sent: number;
  readonly total: number;
  /** Bytes a second over the last seconds, null before there is something to measure. */
  readonly rate: number | null;
}

/** Bytes a second over a sliding window. */
export class Rate {
  private readonly seen: { at: number; sent: number }[] = [];

  constructor(private readonly windowMs = 5_000) {}

  add(at: number, sent: number): number | null {
    this.seen.push({ at, sent });
    while (this.seen.length > 2 && at - (this.seen[0]?.at ?? at) > this.windowMs) this.seen.shift();
    const first = this.seen[0];
    if (!first || at - first.at < 250) return null;
    return ((sent - first.sent) / (at - first.at)) * 1000;
  }
}

/**
 * Posts `file` with the form's fields before it, in their order.
 *
 * It uses XMLHttpRequest since fetch does not tell how far an upload is. `signal` gives the upload up.
 */
export function postForm(
  form: UploadForm,
  file: Blob,
  progress: (now: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  if (file.size > form.max_bytes) return Promise.reject(new UploadFailed('too-large'));
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const rate = new Rate();
    request.upload.onprogress = (event) => {
      progress({
        sent: Math.min(event.loaded, file.size),
        total: file.size,
        rate: rate.add(performance.now(), event.loaded),
      });
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve();
      } else {
        reject(new UploadFailed('refused', request.status));
      }
    };
    request.onerror = () => {
      reject(new UploadFailed('network'));
    };
    request.onabort = () => {
      reject(new UploadFailed('aborted'));
    };
    signal.addEventListener(
      'abort',
      () => {
        request.abort();
      },
      { once: true },
    );
    if (signal.aborted) {
      reject(new UploadFailed('aborted'));
      return;
    }
    request.open('POST', form.url);
    request.send(body);
  });
}

/** What the platform wants to hear about a file's content, told by its name. */
export function contentType(name: string): 'text/csv' | 'application/gzip' | 'application/zip' {
  const lower = name.toLowerCase();
  if (lower.endsWith('.gz')) return 'application/gzip';
  return lower.endsWith('.zip') ? 'application/zip' : 'text/csv';
}

/** `Customers spring` of `Customers spring.csv.gz`: a first proposal for a file's name. */
export function proposedName(fileName: string): string {
  return fileName.replace(/\.(gz|zip)$/i, '').replace(/\.(csv|tsv|txt)$/i, '') || fileName;
}
