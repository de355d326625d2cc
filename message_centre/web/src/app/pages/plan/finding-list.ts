import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CircleAlert, TriangleAlert } from 'lucide';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import type { Finding } from './report';
import type { Step } from './steps';

const OF_CONTENT = new Set([
  'field_missing',
  'field_without_column',
  'field_empty',
  'render_failed',
  'mail_too_large',
  'html_clipped',
  'placeholder_left',
  'unsubscribe_link_missing',
  'link_unusable',
  'image_unusable',
  'link_placeholder',
  'link_insecure',
  'unchecked',
]);
const OF_SETTINGS = new Set(['identity_missing', 'identity_not_verified', 'dkim_not_verified', 'quota_spread']);

/** The step in which something can be done about a finding. */
export function stepOf(code: string): Step | null {
  if (OF_CONTENT.has(code)) {
    return 'content';
  }
  if (OF_SETTINGS.has(code)) {
    return 'settings';
  }
  return code === 'no_recipients' || code.startsWith('time_zone_') ? 'audience' : null;
}

const OF_FIELDS = new Set(['field_missing', 'field_without_column', 'field_empty']);

/** Which field of a mail a finding is about: the platform's sentence names it in quotation marks. */
const fieldOf = ({ message }: Finding): string => /'([^']+)'/.exec(message)?.[1] ?? '';

/**
 * Findings without those that are mere consequences of others: that a mail cannot be filled in because of a field that
 * is known to be missing, and that nobody is left because no mail can be made.
 */
export function causes(findings: readonly Finding[]): Finding[] {
  const missing = new Set(findings.filter(({ code }) => code === 'field_missing').map(fieldOf));
  return findings.filter(
    (finding) =>
      !(finding.code === 'render_failed' && missing.has(fieldOf(finding))) &&
      !(finding.code === 'no_recipients' && findings.some(({ code }) => code === 'render_failed')),
  );
}

/** What a check found: what blocks first, then what is worth a look, each with whom it concerns. */
@Component({
  selector: 'mc-finding-list',
  imports: [Icon, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (each of shown(); track $index) {
        <li [class.blocking]="each.finding.severity === 'blocking'">
          <mc-icon [icon]="each.finding.severity === 'blocking' ? icons.CircleAlert : icons.TriangleAlert" />
          <div>
            <p class="what">
              <span class="kind">{{ texts.word('plan.severities', each.finding.severity) }}</span>
              {{ texts.word('plan.findings', each.finding.code) }}
              @if (each.finding.count > 0) {
                <span class="mc-muted">({{ formats.number(each.finding.count) }})</span>
              }
            </p>
            @if (help(each.finding); as text) {
              <p class="mc-muted">{{ text }}</p>
            }
            <details>
              <summary>{{ texts.t('plan.details') }}</summary>
              <p class="mc-muted" lang="en">{{ each.finding.message }}</p>
              @if (each.finding.examples.length) {
                <ul class="examples">
                  @for (example of each.finding.examples; track $index) {
                    <li>
                      <code>{{ example }}</code>
                    </li>
                  }
                </ul>
              }
            </details>
          </div>
          @if (each.step; as step) {
            <a [routerLink]="['/plans', planId(), step]">{{
              texts.t('plan.goMend', { step: texts.word('plan.steps', step) })
            }}</a>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      gap: 8px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      gap: 12px;
      align-items: flex-start;
      padding: 12px 14px;
      border-radius: 10px;
      background: color-mix(in srgb, var(--mc-warning) 10%, var(--mat-sys-surface));
    }
    li.blocking {
      background: color-mix(in srgb, var(--mat-sys-error) 10%, var(--mat-sys-surface));
    }
    mc-icon {
      margin-top: 2px;
      color: var(--mc-warning);
    }
    .blocking mc-icon,
    .blocking .kind {
      color: var(--mat-sys-error);
    }
    div {
      flex: 1 1 auto;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    p {
      margin: 0;
    }
    .what {
      font-weight: 600;
    }
    .kind {
      margin-right: 4px;
      font-size: 0.8125rem;
    }
    summary {
      cursor: pointer;
    }
    li > a {
      flex: none;
    }
    @media (max-width: 560px) {
      li {
        flex-wrap: wrap;
      }
      li > div {
        flex-basis: calc(100% - 40px);
      }
      li > a {
        margin-left: 32px;
      }
    }
    .examples {
      gap: 2px;
      margin-top: 4px;
    }
    .examples li {
      padding: 0;
      background: none;
    }
    a {
      white-space: nowrap;
    }
  `,
})
export class FindingList {
  readonly planId = input.required<string>();
  readonly findings = input.required<readonly Finding[]>();
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected help(finding: Finding): string | null {
    const name = fieldOf(finding);
    // Without the field's name there would be a gap in the sentence.
    return OF_FIELDS.has(finding.code) && !name ? null : this.texts.find(`plan.findingTexts.${finding.code}`, { name });
  }

  protected readonly icons = { CircleAlert, TriangleAlert };
  protected readonly shown = computed(() =>
    [...causes(this.findings())]
      .sort((a, b) => Number(b.severity === 'blocking') - Number(a.severity === 'blocking'))
      .map((finding) => ({ finding, step: stepOf(finding.code) })),
  );
}
