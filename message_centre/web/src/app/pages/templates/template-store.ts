import { Injectable, inject } from '@angular/core';

import { Api } from '@core/api/api';
import type { TemplateVersion } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { UploadForm, postForm } from '../recipient-files/form-upload';

/** What a version consists of besides its HTML. */
export interface Sources {
  readonly subject: string;
  readonly preheader: string | null;
  /** Null: the platform makes the plain text from the HTML. */
  readonly text: string | null;
}

const PATIENCE = 30_000;
const PAUSE = 400;

/** Templates with their HTML, which goes straight to the platform's store. */
@Injectable({ providedIn: 'root' })
export class TemplateStore {
  private readonly api = inject(Api);

  /** The HTML of a version as it was written. */
  async source(templateId: string, version: number): Promise<string> {
    const path = { template_id: templateId, version };
    return (
      await this.api.call<{ html: string }>('get', '/templates/{template_id}/versions/{version}/source', { path })
    ).body.html;
  }

  /** Makes a template with its first version; answers its id. The version may turn out to be invalid. */
  async create(name: string, sources: Sources, html: string): Promise<string> {
    const { body } = await this.api.platform('post', '/v1/templates', {
      body: { name, ...sources },
      idempotencyKey: crypto.randomUUID(),
    });
    await this.upload(body.upload, html);
    await this.judged(body.template_id, body.version);
    return body.template_id;
  }

  /** Saves another version and waits until the platform has judged it. */
  async save(templateId: string, sources: Sources, html: string): Promise<TemplateVersion> {
    const { body } = await this.api.platform('post', '/v1/templates/{template_id}/versions', {
      path: { template_id: templateId },
      body: { ...sources },
      idempotencyKey: crypto.randomUUID(),
    });
    await this.upload(body.upload, html);
    return this.judged(templateId, body.version);
  }

  private async upload(form: UploadForm, html: string): Promise<void> {
    try {
      await postForm(form, new Blob([html], { type: 'text/html' }), () => undefined, new AbortController().signal);
    } catch (cause) {
      throw new Problem('upload-failed', '', -1, cause instanceof Error ? cause.message : String(cause));
    }
  }

  private async judged(templateId: string, version: number): Promise<TemplateVersion> {
    const end = Date.now() + PATIENCE;
    const path = { template_id: templateId, version };
    for (;;) {
      const { body } = await this.api.platform('get', '/v1/templates/{template_id}/versions/{version}', { path });
      if (body.status === 'ready' || body.status === 'invalid' || Date.now() > end) return body;
      await new Promise((wake) => setTimeout(wake, PAUSE));
    }
  }
}
