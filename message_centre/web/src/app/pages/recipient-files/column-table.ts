import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chip } from '@shared/chip';
import { Bar } from './bar';
import type { FileProfile } from './profile';

/** The columns of a recipient file: what templates call them, how full they are, and masked samples. */
@Component({
  selector: 'mc-column-table',
  imports: [Bar, Chip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="texts.t('files.columns')">
      <table>
        <thead>
          <tr>
            <th scope="col">{{ texts.t('files.column') }}</th>
            <th scope="col">{{ texts.t('files.inTemplates') }}</th>
            <th scope="col">{{ texts.t('files.filled') }}</th>
            <th scope="col">{{ texts.t('files.samples') }}</th>
          </tr>
        </thead>
        <tbody>
          @for (column of profile().columns; track column.name) {
            <tr>
              <th scope="row">
                {{ column.header }}
                @if (column.header === addressColumn()) {
                  <mc-chip tone="active">{{ texts.t('files.address') }}</mc-chip>
                }
              </th>
              <td>
                <code>{{ '{{ ' + column.name + ' }}' }}</code>
              </td>
              <td class="filled">
                <mc-bar
                  [share]="column.fill_rate ?? 0"
                  [label]="texts.t('files.filledOf', { column: column.header })"
                />
                {{ formats.percent(column.fill_rate) }}
              </td>
              <td class="samples">{{ column.samples.join(', ') || '–' }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    .scroll {
      overflow-x: auto;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 0.875rem;
    }
    th {
      font-weight: 500;
      text-align: left;
    }
    thead th {
      color: var(--mat-sys-on-surface-variant);
    }
    th,
    td {
      padding: 8px 12px 8px 0;
      border-bottom: 1px solid var(--mc-line);
    }
    tbody tr:last-child > * {
      border-bottom: 0;
    }
    .filled {
      min-width: 120px;
    }
    mc-bar {
      height: 6px;
      margin-bottom: 4px;
    }
    code {
      white-space: nowrap;
    }
    /* On phones each column is a block of its own: a table of four would have to be moved sideways. */
    @media (max-width: 600px) {
      table,
      tbody {
        display: block;
      }
      thead {
        position: absolute;
        clip-path: inset(50%);
        width: 1px;
        height: 1px;
        overflow: hidden;
        white-space: nowrap;
      }
      tr {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 2px 16px;
        padding: 10px 0;
        border-bottom: 1px solid var(--mc-line);
      }
      tbody tr:last-child {
        border-bottom: 0;
      }
      th,
      td {
        padding: 0;
        border: 0;
        overflow-wrap: anywhere;
      }
      code {
        white-space: normal;
      }
    }
    .samples {
      color: var(--mat-sys-on-surface-variant);
      overflow-wrap: anywhere;
    }
  `,
})
export class ColumnTable {
  readonly profile = input.required<FileProfile>();
  readonly addressColumn = input<string | null>(null);
  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
}
