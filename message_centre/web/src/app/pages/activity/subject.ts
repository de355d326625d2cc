import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Texts } from '@core/i18n/texts';
import { Names, subjectOf } from '@core/names';
import { Session } from '@core/session';

/** Kinds of which the pages show each one. */
const PAGES: readonly string[] = ['plans', 'campaigns', 'templates', 'recipient-files', 'webhooks'];

/** What somebody did something with: its name, with a link where a page shows it. */
@Component({
  selector: 'mc-subject',
  imports: [RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (link(); as path) {
      <a [routerLink]="path">{{ name() }}</a>
    } @else {
      <span [class.mc-muted]="!name()">{{ name() ?? '–' }}</span>
    }
    @if (note(); as note) {
      <span class="mc-muted small">{{ note }}</span>
    }
  `,
  styles: `
    .small {
      display: block;
      font-size: 0.8125rem;
    }
  `,
})
export class Subject {
  /** Path of what was made or asked for. */
  readonly target = input.required<string>();
  /** What it was called then. */
  readonly called = input<string | null>(null);

  private readonly texts = inject(Texts);
  private readonly names = inject(Names);
  private readonly session = inject(Session);
  private readonly subject = computed(() => subjectOf(this.target()));
  private readonly now = computed(() => {
    const subject = this.subject();
    return subject && this.names.of(subject.kind, subject.id);
  });
  protected readonly name = computed(() => {
    const kind = this.subject()?.kind;
    const known = this.called() ?? this.now();
    if (known) return known;
    if (kind) {
      const what = this.texts.word('activity.targets', kind);
      return this.now() === null ? this.texts.t('activity.removed', { what }) : what;
    }
    const [, first = '', second = ''] = this.target()
      .replace(/^\/v1(?=\/)/, '')
      .split('/');
    if (second.startsWith('sha256')) return this.texts.t('activity.hiddenAddress');
    return first === 'suppressions' || first === 'senders' ? decodeURIComponent(second) || null : null;
  });
  protected readonly link = computed<[string, string] | null>(() => {
    const subject = this.subject();
    const shown =
      subject &&
      PAGES.includes(subject.kind) &&
      this.now() !== null &&
      (subject.kind !== 'webhooks' || this.session.may('admin'));
    return shown ? [`/${subject.kind}`, subject.id] : null;
  });
  /** What kind it is, and whether it is no more. */
  protected readonly note = computed(() => {
    const kind = this.subject()?.kind;
    if (!kind || !(this.called() ?? this.now())) return null;
    const what = this.texts.word('activity.targets', kind);
    return this.now() === null ? this.texts.t('activity.removed', { what }) : what;
  });
}
