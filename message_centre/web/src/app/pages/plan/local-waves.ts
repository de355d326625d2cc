import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { PlannedWaves } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { PlannedWave, largestZones } from './planned-waves';

/** So many zones of a wave are named. */
const NAMED = 4;

/** Which recipients get a mail at local times when: one row for each moment, the earliest first. */
@Component({
  selector: 'mc-local-waves',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p class="mc-muted">{{ texts.t('plan.localWavesText', { zone: spelled(formats.zone()) }) }}</p>
    <ol>
      @for (wave of waves(); track wave.at) {
        <li>
          <div class="when">
            <strong>{{ wave.past ? texts.t('plan.wavePast') : formats.dateTime(wave.at) }}</strong>
            @if (!wave.past) {
              <span class="mc-muted">{{ formats.relative(wave.at) }}</span>
            }
          </div>
          <span class="count">{{ texts.t('plan.people', { count: wave.recipients }) }}</span>
          <div class="zones mc-muted">
            {{ wave.names }}
            @for (note of wave.notes; track note) {
              <p>{{ note }}</p>
            }
          </div>
        </li>
      }
    </ol>
  `,
  styles: `
    p,
    ol {
      margin: 0;
      padding: 0;
      font-size: 0.875rem;
    }
    ol {
      display: grid;
      margin-top: 8px;
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: minmax(0, 10fr) minmax(0, 7fr) minmax(0, 12fr);
      gap: 4px 16px;
      padding: 8px 0;
      border-top: 1px solid var(--mc-line);
    }
    .when span {
      display: block;
    }
    .zones {
      overflow-wrap: anywhere;
    }
    @media (max-width: 560px) {
      li {
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .zones {
        grid-column: 1 / -1;
      }
    }
  `,
})
export class LocalWaves {
  readonly planned = input.required<PlannedWaves>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  protected readonly waves = computed(() =>
    this.planned().waves.map((wave) => ({
      ...wave,
      names: this.named(wave),
      notes: (['skipped', 'repeated'] as const).flatMap((change) => this.changed(change, wave)),
    })),
  );

  private changed(change: 'skipped' | 'repeated', wave: PlannedWave): string[] {
    const zones = wave.zones.filter(({ clock_change }) => clock_change === change);
    const zone = this.named({ ...wave, zones });
    return zones.length
      ? [this.texts.t(change === 'skipped' ? 'plan.waveSkipped' : 'plan.waveRepeated', { zone })]
      : [];
  }

  private named(wave: PlannedWave): string {
    const { zones, more } = largestZones(wave, NAMED);
    const names = zones.map(({ time_zone }) => this.spelled(time_zone)).join(', ');
    return more ? this.texts.t('plan.moreZones', { zones: names, count: more }) : names;
  }

  protected spelled(zone: string): string {
    return zone ? zone.replaceAll('_', ' ') : this.texts.t('plan.noZone');
  }
}
