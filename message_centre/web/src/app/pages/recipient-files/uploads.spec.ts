import { TestBed } from '@angular/core/testing';

import { Api } from '@core/api/api';
import { Uploads } from './uploads';

/** What the browser would send; the test answers it. */
class Request {
  static readonly sent: Request[] = [];
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  url = '';
  fields: string[] = [];

  open(_method: string, url: string): void {
    this.url = url;
  }

  send(body: FormData): void {
    this.fields = [...body.keys()];
    Request.sent.push(this);
  }

  abort(): void {
    this.onabort?.();
  }

  answer(status: number): Promise<void> {
    this.status = status;
    this.onload?.();
    return new Promise((resolve) => setTimeout(resolve));
  }
}

describe('uploads of recipient files', () => {
  const form = (url: string) => ({ url, fields: { key: 'k', policy: 'p' }, max_bytes: 100 });
  const file = new File(['email\n'], 'People.csv.gz');
  let uploads: Uploads;
  let asked: [string, string, unknown][];

  beforeEach(() => {
    asked = [];
    Request.sent.length = 0;
    vi.stubGlobal('XMLHttpRequest', Request);
    const platform = (method: string, path: string, options: { body?: unknown }): Promise<unknown> => {
      asked.push([method, path, options.body]);
      const body = method === 'post' ? { file_id: 'rcf_1', upload: form('https://store/1') } : form('https://store/2');
      return Promise.resolve({ body });
    };
    TestBed.configureTestingModule({ providers: [{ provide: Api, useValue: { platform } }] });
    uploads = TestBed.inject(Uploads);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('makes the record, then sends the file after the form’s fields', async () => {
    const made = await uploads.begin(file, 'mail');
    expect(made).toEqual({ file_id: 'rcf_1' });
    const said = { name: 'People', content_type: 'application/gzip', file_bytes: 6, address_column: 'mail' };
    expect(asked).toEqual([['post', '/v1/recipient-files', said]]);
    expect(Request.sent[0]).toMatchObject({ url: 'https://store/1', fields: ['key', 'policy', 'file'] });
    expect(uploads.busy()).toBe(true);
    Request.sent[0]?.upload.onprogress?.({ loaded: 3 });
    expect(uploads.of('rcf_1')?.progress).toMatchObject({ sent: 3, total: 6 });
    expect(uploads.arrived('rcf_1')).toBe(false);
    await Request.sent[0]?.answer(204);
    expect(uploads.of('rcf_1')).toBeNull();
    expect(uploads.arrived('rcf_1')).toBe(true);
    expect(uploads.busy()).toBe(false);
  });

  it.each(['list.xlsx', 'list.XLS', 'list.ods', 'list.numbers'])(
    'never makes a record for a spreadsheet: %s',
    async (name) => {
      await expect(uploads.begin(new File(['PK'], name))).rejects.toMatchObject({ type: 'spreadsheet' });
      expect(asked).toEqual([]);
    },
  );

  it('never makes a record for an empty file', async () => {
    await expect(uploads.begin(new File([], 'empty.csv'))).rejects.toMatchObject({ type: 'empty-file' });
    expect(asked).toEqual([]);
  });

  it('says what failed and how far it came, and sends the same file again by a new form', async () => {
    await uploads.begin(file);
    Request.sent[0]?.upload.onprogress?.({ loaded: 4 });
    await Request.sent[0]?.answer(403);
    expect(uploads.of('rcf_1')).toMatchObject({ failed: { kind: 'refused', status: 403 }, progress: { sent: 4 } });
    expect(uploads.busy()).toBe(false);
    const again = uploads.again('rcf_1');
    await vi.waitFor(() => {
      expect(Request.sent).toHaveLength(2);
    });
    expect(Request.sent[1]?.url).toBe('https://store/2');
    expect(uploads.of('rcf_1')).toMatchObject({ failed: null, progress: { sent: 0 } });
    await Request.sent[1]?.answer(204);
    await again;
    expect(uploads.of('rcf_1')).toBeNull();
  });

  it('forgets an upload that was given up', async () => {
    await uploads.begin(file);
    uploads.abort('rcf_1');
    await Promise.resolve();
    expect(uploads.of('rcf_1')).toBeNull();
    expect(uploads.busy()).toBe(false);
  });

  it('goes on with a record that waits for its file', async () => {
    await uploads.resume('rcf_1', file);
    expect(asked).toEqual([['get', '/v1/recipient-files/{file_id}/upload', undefined]]);
    expect(uploads.busy()).toBe(true);
  });
});
