import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import type { EChartsCoreOption } from 'echarts/core';

import { Api } from '@core/api/api';
import type { Timeline } from '@core/api/documents';
import { Formats } from '@core/formats';
import { Texts } from '@core/i18n/texts';
import { Chart, Palette } from '@shared/chart/chart';
import { Loaded } from '@shared/loaded';
import { ProblemPanel } from '@shared/problem-panel';
import { Skeleton } from '@shared/skeleton';
import { FollowedCampaign } from './followed-campaign';

type Series = 'delivery' | 'human_open' | 'machine_open' | 'human_click' | 'bounce';
const SERIES: readonly { name: Series; colour: keyof Palette }[] = [
  { name: 'delivery', colour: 'info' },
  { name: 'human_open', colour: 'primary' },
  { name: 'machine_open', colour: 'machine' },
  { name: 'human_click', colour: 'tertiary' },
  { name: 'bounce', colour: 'error' },
];

/** A point of the time line with opens and clicks of people apart from those of machines. */
export function countOf(point: Timeline['points'][number], series: Series): number {
  const all = point.counts;
  const machine = point.machine;
  switch (series) {
    case 'human_open':
      return (all['open'] ?? 0) - (machine['open'] ?? 0);
    case 'machine_open':
      return machine['open'] ?? 0;
    case 'human_click':
      return (all['click'] ?? 0) - (machine['click'] ?? 0);
    default:
      return all[series] ?? 0;
  }
}

@Component({
  selector: 'mc-campaign-timeline',
  imports: [Chart, ProblemPanel, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './campaign-timeline.html',
  styles: `
    .scroll {
      max-height: 320px;
      overflow: auto;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 0.875rem;
    }
    th,
    td {
      padding: 6px 8px;
      border-bottom: 1px solid var(--mc-line);
      text-align: end;
      font-weight: 400;
      white-space: nowrap;
    }
    th:first-child {
      text-align: start;
    }
    thead th {
      position: sticky;
      top: 0;
      background: var(--mat-sys-surface);
      font-weight: 600;
    }
    summary {
      width: fit-content;
      color: var(--mat-sys-on-surface-variant);
      font-size: 0.875rem;
      cursor: pointer;
    }
  `,
})
export class CampaignTimeline {
  readonly campaignId = input.required<string>();

  protected readonly texts = inject(Texts);
  protected readonly formats = inject(Formats);
  private readonly followed = inject(FollowedCampaign);
  private readonly api = inject(Api);

  protected readonly series = SERIES;
  protected readonly countOf = countOf;
  protected readonly table = signal(false);
  protected readonly timeline = new Loaded<Timeline>(async (signal) => {
    const { body } = await this.api.platform('get', '/v1/campaigns/{campaign_id}/statistics/timeline', {
      path: { campaign_id: this.campaignId() },
      query: { zone: this.formats.zone(), kinds: ['delivery', 'open', 'click', 'bounce'] },
      signal,
    });
    return body;
  });
  protected readonly options = computed(() => {
    const timeline = this.timeline.value();
    const points = timeline?.points ?? [];
    const days = timeline?.interval === 'day';
    const label = (start: string | null): string => (days ? this.formats.date(start) : this.formats.dateTime(start));
    const { t } = this.texts;
    return (palette: Palette): EChartsCoreOption => ({
      animation: false,
      textStyle: { fontFamily: "'Figtree Variable', system-ui, sans-serif" },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      legend: {
        type: 'scroll',
        top: 0,
        left: 0,
        icon: 'circle',
        itemWidth: 10,
        itemGap: 18,
        textStyle: { color: palette.ink },
      },
      tooltip: {
        trigger: 'axis',
        backgroundColor: palette.surface,
        borderColor: palette.line,
        textStyle: { color: palette.ink },
        valueFormatter: (value: unknown) => this.formats.number(Number(value)),
      },
      xAxis: {
        type: 'category',
        data: points.map(({ start }) => label(start)),
        axisLine: { lineStyle: { color: palette.line } },
        axisTick: { show: false },
        axisLabel: {
          color: palette.muted,
          hideOverlap: true,
          alignMinLabel: 'left',
          alignMaxLabel: 'right',
          showMaxLabel: false,
        },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.muted, formatter: (value: number) => this.formats.short(value) },
      },
      series: SERIES.map(({ name, colour }) => ({
        name: t(`campaign.timeline.${name}`),
        type: points.length > 40 ? 'line' : 'bar',
        barGap: '10%',
        barMaxWidth: 18,
        showSymbol: false,
        color: palette[colour],
        data: points.map((point) => countOf(point, name)),
      })),
    });
  });

  constructor() {
    effect(() => {
      this.followed.drawing();
      this.campaignId();
      untracked(() => void this.timeline.reload());
    });
  }
}
