import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatTabsModule } from '@angular/material/tabs';
import { Router, RouterLink } from '@angular/router';
import { ArrowLeft } from 'lucide';

import { Api } from '@core/api/api';
import type { Template } from '@core/api/documents';
import { Problem } from '@core/api/problem';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { LastChange } from '@core/last-change';
import { PageTitle } from '@core/page-title';
import { Session } from '@core/session';
import { Chip } from '@shared/chip';
import { Confirm } from '@shared/confirm';
import { Conflict } from '@shared/conflict';
import { Icon } from '@shared/icon';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { MailEditor } from './mail-editor';
import type { Rendered } from './mail-preview';
import { AskName } from './name-dialog';
import { SamplePicker, SampleRow } from './sample-picker';
import { templateTone } from './template-state';
import { TemplateStore } from './template-store';
import { TemplateVersions } from './template-versions';
import { Unsaved } from './unsaved';

interface Draft {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  /** The version that it was begun from. */
  readonly from: number;
}

/** One template: its editor with a preview, and its versions. */
@Component({
  selector: 'mc-template-page',
  imports: [
    Chip,
    Conflict,
    Icon,
    MailEditor,
    MatButton,
    MatTabsModule,
    ProblemPanel,
    RouterLink,
    SamplePicker,
    Skeleton,
    TemplateVersions,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './template-page.html',
  styles: `
    .save {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 16px;
      align-items: center;
      justify-content: space-between;
      padding: 16px 0;
    }
    /* What stands fast in the editor does so in the window, not in the tab. */
    :host ::ng-deep .mat-mdc-tab-body-wrapper {
      overflow: clip visible;
    }
    :host ::ng-deep .mat-mdc-tab-body-wrapper :is(.mat-mdc-tab-body-active, .mat-mdc-tab-body-content) {
      overflow: visible;
    }
    .editor {
      padding: 2px;
    }
    .save p {
      margin: 0;
    }
  `,
})
export default class TemplatePage {
  /** From the route. */
  readonly id = input.required<string>();

  private readonly api = inject(Api);
  private readonly askName = inject(AskName);
  private readonly confirm = inject(Confirm);
  private readonly lastChange = inject(LastChange);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly store = inject(TemplateStore);
  private readonly title = inject(PageTitle);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly backIcon = ArrowLeft;
  protected readonly tone = templateTone;

  protected readonly template = signal<Template | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly saveProblem = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  protected readonly saved = signal<Draft | null>(null);
  protected readonly html = signal('');
  protected readonly subject = signal('');
  protected readonly preheader = signal('');
  /** What the platform found in the version that is edited. */
  protected readonly verdict = signal<{ findings: readonly string[]; invalid: boolean }>({
    findings: [],
    invalid: false,
  });
  protected readonly rendered = signal<Rendered | null>(null);
  protected readonly renderProblem = signal<Problem | null>(null);
  protected readonly restored = signal(false);
  /** The version that somebody saved while this one was changed, and who did. */
  protected readonly conflict = signal<{ version: number; person: string | null } | null>(null);
  /** What was written here when the other's version was taken instead. */
  protected readonly aside = signal<Draft | null>(null);
  /** The fields of the recipients whose data the preview shows. */
  protected readonly fieldsOfFile = signal<readonly string[]>([]);
  protected readonly fields = computed(() => [
    ...new Set([...(this.template()?.variables ?? []), ...this.fieldsOfFile()]),
  ]);
  /** Whose data the preview shows. */
  protected readonly sample = signal<SampleRow | null>(null);
  /** Whether the saved version has a plain text that somebody wrote. */
  private readonly ownText = signal(false);

  protected readonly editable = computed(() => this.session.may('author') && this.template()?.archived_at === null);
  protected readonly mayWrite = computed(() => this.session.may('author'));
  protected readonly draft = computed<Draft>(() => ({
    subject: this.subject(),
    preheader: this.preheader(),
    html: this.html(),
    from: this.saved()?.from ?? 0,
  }));
  protected readonly dirty = computed(() => {
    const saved = this.saved();
    return saved !== null && JSON.stringify(saved) !== JSON.stringify(this.draft());
  });
  private unsaved: Unsaved<Draft> | null = null;

  constructor() {
    effect(() => {
      this.id();
      untracked(() => void this.load());
    });
    effect(() => {
      this.title.subject.set(this.template()?.name ?? '');
    });
    effect(() => {
      const draft = this.draft();
      const dirty = this.dirty();
      if (!this.saved()) return;
      if (dirty) this.unsaved?.keep(draft);
      else this.unsaved?.drop();
    });
    effect(() => {
      this.sample();
      if (untracked(this.rendered)) untracked(() => void this.preview());
    });
    inject(DestroyRef).onDestroy(() => this.unsaved?.close());
  }

  protected async load(): Promise<void> {
    const id = this.id();
    this.unsaved?.close();
    this.unsaved = new Unsaved<Draft>(`template.${id}`);
    this.problem.set(null);
    this.saved.set(null);
    this.rendered.set(null);
    this.conflict.set(null);
    this.aside.set(null);
    try {
      const { body } = await this.api.platform('get', '/v1/templates/{template_id}', { path: { template_id: id } });
      this.template.set(body);
      await this.open(body.latest_version);
      const kept = this.unsaved.read();
      if (kept && this.editable()) {
        this.show(kept);
        this.restored.set(this.dirty());
      }
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    }
  }

  /** Takes the sources of a version into the editor. */
  protected async open(version: number): Promise<void> {
    const path = { template_id: this.id(), version };
    const { body } = await this.api.platform('get', '/v1/templates/{template_id}/versions/{version}', { path });
    const html = body.status === 'awaiting_upload' ? '' : await this.store.source(this.id(), version);
    const draft = { subject: body.subject, preheader: body.preheader ?? '', html, from: version };
    this.saved.set(draft);
    this.show(draft);
    this.restored.set(false);
    this.verdict.set({ findings: body.findings, invalid: body.status === 'invalid' });
    this.ownText.set(!body.text_generated);
    if (body.status === 'ready') void this.preview();
    else this.rendered.set(null);
  }

  private show(draft: Draft): void {
    this.subject.set(draft.subject);
    this.preheader.set(draft.preheader);
    this.html.set(draft.html);
  }

  protected discard(): void {
    const saved = this.saved();
    if (saved) this.show(saved);
    this.restored.set(false);
  }

  protected async preview(): Promise<void> {
    const version = this.saved()?.from;
    if (version === undefined) return;
    const sample = this.sample();
    this.renderProblem.set(null);
    try {
      const { body } = await this.api.platform('post', '/v1/templates/{template_id}/versions/{version}/preview', {
        path: { template_id: this.id(), version },
        body: { stand_ins: true, ...(sample ? { recipient: sample } : {}) },
      });
      if (this.saved()?.from === version && this.sample() === sample) this.rendered.set(body);
    } catch (cause) {
      this.renderProblem.set(Problem.of(cause));
    }
  }

  protected async save(): Promise<void> {
    if (!this.editable() || this.saving() || !this.dirty() || this.conflict()) return;
    if (await this.overtaken()) return;
    await this.saveOver();
  }

  /** Looks whether somebody saved another version meanwhile, and asks which one counts. */
  private async overtaken(): Promise<boolean> {
    this.saveProblem.set(null);
    this.saving.set(true);
    try {
      await this.reread();
      const version = this.template()?.latest_version ?? 0;
      if (version <= (this.saved()?.from ?? 0)) return false;
      const person = await this.lastChange.by(
        ({ action, target }) => action === 'create_template_version' && target.split('/')[2] === this.id(),
      );
      this.conflict.set({ version, person });
      return true;
    } catch (cause) {
      this.saveProblem.set(Problem.of(cause));
      return true;
    } finally {
      this.saving.set(false);
    }
  }

  /** Saves what is written here as the next version, over the other one. */
  protected async keepMine(): Promise<void> {
    const version = this.conflict()?.version;
    this.conflict.set(null);
    this.saved.update((saved) => saved && { ...saved, from: version ?? saved.from });
    await this.saveOver();
  }

  /** Takes the other's version; what is written here can be had back. */
  protected async takeTheirs(): Promise<void> {
    const conflict = this.conflict();
    if (!conflict) return;
    const mine = this.draft();
    this.saveProblem.set(null);
    try {
      await this.open(conflict.version);
      this.conflict.set(null);
      this.aside.set(mine);
    } catch (cause) {
      this.saveProblem.set(Problem.of(cause));
    }
  }

  protected bringBack(): void {
    const mine = this.aside();
    if (mine) this.show(mine);
    this.aside.set(null);
  }

  private async saveOver(): Promise<void> {
    if (!this.ownText()) {
      await this.saveVersion();
      return;
    }
    await this.confirm.ask({
      title: this.texts.t('templates.ownTextTitle'),
      text: this.texts.t('templates.ownTextText', { version: this.saved()?.from ?? 0 }),
      facts: [this.texts.t('templates.ownTextKept')],
      action: this.texts.t('templates.ownTextSave'),
      run: () => this.saveVersion(),
    });
  }

  private async saveVersion(): Promise<void> {
    const draft = this.draft();
    this.saving.set(true);
    this.saveProblem.set(null);
    try {
      const sources = { subject: draft.subject, preheader: draft.preheader || null, text: null };
      const version = await this.store.save(this.id(), sources, draft.html);
      this.saved.set({ ...draft, from: version.version });
      this.aside.set(null);
      this.restored.set(false);
      this.verdict.set({ findings: version.findings, invalid: version.status === 'invalid' });
      this.ownText.set(!version.text_generated);
      this.rendered.set(null);
      if (version.status === 'ready') void this.preview();
      await this.reread();
    } catch (cause) {
      this.saveProblem.set(Problem.of(cause));
    } finally {
      this.saving.set(false);
    }
  }

  private async reread(): Promise<void> {
    const path = { template_id: this.id() };
    this.template.set((await this.api.platform('get', '/v1/templates/{template_id}', { path })).body);
  }

  protected async rename(): Promise<void> {
    const template = this.template();
    if (!template) return;
    const path = { template_id: template.template_id };
    await this.askName.ask({
      title: this.texts.t('templates.rename'),
      label: this.texts.t('templates.name'),
      action: this.texts.t('templates.rename'),
      name: template.name,
      run: async (name) => {
        this.template.set(
          (await this.api.platform('patch', '/v1/templates/{template_id}', { path, body: { name } })).body,
        );
      },
    });
  }

  protected async duplicate(): Promise<void> {
    const template = this.template();
    if (!template) return;
    const idempotencyKey = crypto.randomUUID();
    let made = '';
    const done = await this.askName.ask({
      title: this.texts.t('templates.duplicate'),
      label: this.texts.t('templates.name'),
      action: this.texts.t('templates.duplicate'),
      name: this.texts.t('templates.copyOf', { name: template.name }).slice(0, 200),
      run: async (name) => {
        const path = { template_id: template.template_id };
        const options = { path, body: { name }, idempotencyKey };
        made = (await this.api.platform('post', '/v1/templates/{template_id}/duplicate', options)).body.template_id;
      },
    });
    if (done) await this.router.navigate(['/templates', made]);
  }

  protected async archive(): Promise<void> {
    const template = this.template();
    if (!template) return;
    const path = { template_id: template.template_id };
    if (template.archived_at !== null) {
      try {
        this.template.set((await this.api.platform('post', '/v1/templates/{template_id}/unarchive', { path })).body);
      } catch (cause) {
        this.saveProblem.set(Problem.of(cause));
      }
      return;
    }
    await this.confirm.ask({
      title: this.texts.t('templates.archiveTitle', { name: template.name }),
      text: this.texts.t('templates.archiveText'),
      action: this.texts.t('templates.archive'),
      run: async () => {
        this.template.set((await this.api.platform('post', '/v1/templates/{template_id}/archive', { path })).body);
      },
    });
  }
}
