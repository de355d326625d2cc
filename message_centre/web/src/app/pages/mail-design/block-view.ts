import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Image } from 'lucide';

import { Texts } from '@core/i18n/texts';
import { Icon } from '@shared/icon';
import { DesignStore } from './design-store';
import { lightPalette } from './model/colours.ts';
import type { Design, Fill, Footer, Leaf } from './model/design.ts';
import { isPictureAddress } from './model/links.ts';
import { buttonLook, HEADINGS, inkOn, linkOn, SIZES, STACKS } from './model/looks.ts';
import type { RichText } from './model/rich-text.ts';
import { RichField } from './rich-field';

/** A block as the mail shows it; its texts are written where they stand. */
@Component({
  selector: 'mc-block-view',
  imports: [Icon, RichField],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[style.text-align]': 'block().align',
    '[style.color]': 'colour()',
    '[style.font-family]': 'font()',
    '[style.--mail-link]': 'link()',
  },
  template: `
    @let shown = block();
    @switch (shown.kind) {
      @case ('heading') {
        <mc-rich-field
          class="heading"
          [style.font-size.px]="headings[shown.level].size"
          [style.line-height]="headings[shown.level].line"
          [body]="shown.body"
          [fields]="fields()"
          [label]="texts.t('design.kinds.heading')"
          (bodyChange)="write($event)"
          (entered)="store.selected.set(shown.id)"
        />
      }
      @case ('text') {
        <mc-rich-field
          [style.font-size.px]="sizes[shown.size].size"
          [style.line-height]="sizes[shown.size].line"
          [lists]="true"
          [body]="shown.body"
          [fields]="fields()"
          [label]="texts.t('design.kinds.text')"
          (bodyChange)="write($event)"
          (entered)="store.selected.set(shown.id)"
        />
      }
      @case ('image') {
        @if (picture()) {
          <img [src]="shown.src" [alt]="shown.alt" [style.width.%]="shown.width" />
        } @else {
          <span class="missing" [style.width.%]="shown.width">
            <mc-icon [icon]="imageIcon" />{{ texts.t('design.pictureHere') }}
          </span>
        }
      }
      @case ('button') {
        <span
          class="button"
          [class.filled]="shown.look === 'filled'"
          [style.background]="look().background"
          [style.border-color]="look().border"
          [style.color]="look().colour"
          >{{ shown.label || texts.t('design.noLabel') }}</span
        >
      }
      @case ('divider') {
        <div class="divider" [style.border-color]="palette().line"></div>
      }
      @case ('space') {
        <div [style.height.px]="shown.height"></div>
      }
      @case ('footer') {
        <div class="footer">
          <mc-rich-field
            [lists]="true"
            [body]="shown.body"
            [fields]="fields()"
            [label]="texts.t('design.kinds.footer')"
            (bodyChange)="write($event)"
            (entered)="store.selected.set(shown.id)"
          />
          <span class="leave">{{ shown.unsubscribe || texts.t('design.noLabel') }}</span>
        </div>
      }
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .heading {
      font-weight: 700;
      letter-spacing: -0.01em;
    }
    .heading ::ng-deep p {
      margin: 0;
    }
    img {
      max-width: 100%;
      vertical-align: top;
    }
    .missing {
      display: inline-flex;
      gap: 8px;
      align-items: center;
      justify-content: center;
      box-sizing: border-box;
      min-height: 96px;
      padding: 12px;
      border: 1.5px dashed currentColor;
      border-radius: 8px;
      font-size: 14px;
    }
    .button {
      display: inline-block;
      padding: 12px 26px;
      border: 2px solid;
      border-radius: 8px;
      font-size: 16px;
      font-weight: 700;
      line-height: 1.25;
    }
    .divider {
      border-top: 1px solid;
    }
    .footer {
      font-size: 13px;
      line-height: 1.6;
    }
    .footer ::ng-deep .mc-prose p {
      margin: 0 0 10px;
    }
    .leave {
      text-decoration: underline;
    }
  `,
})
export class BlockView {
  readonly block = input.required<Leaf | Footer>();
  readonly design = input.required<Design>();
  /** The background that it lies upon. */
  readonly fill = input.required<Fill>();
  readonly fields = input<readonly string[]>([]);

  protected readonly store = inject(DesignStore);
  protected readonly texts = inject(Texts);
  protected readonly headings = HEADINGS;
  protected readonly sizes = SIZES;
  protected readonly imageIcon = Image;
  protected readonly palette = computed(() => lightPalette(this.design().theme));
  protected readonly font = computed(() => STACKS[this.design().theme.font]);
  protected readonly colour = computed(() => {
    const block = this.block();
    if (block.kind === 'footer') return this.palette().soft;
    return inkOn(this.palette(), block.kind === 'heading' || block.kind === 'text' ? block.ink : 'text', this.fill());
  });
  protected readonly link = computed(() =>
    this.block().kind === 'footer' ? this.palette().soft : linkOn(this.palette(), this.fill()),
  );
  protected readonly picture = computed(() => {
    const block = this.block();
    return block.kind === 'image' && isPictureAddress(block.src) && !block.src.includes('{{');
  });
  protected readonly look = computed(() => {
    const block = this.block();
    return block.kind === 'button'
      ? buttonLook(block, this.palette(), this.fill())
      : { background: '', border: '', colour: '' };
  });

  protected write(body: RichText): void {
    this.store.change(this.block().id, { body });
  }
}
