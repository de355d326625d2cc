import { ChangeDetectionStrategy, Component, ElementRef, effect, inject, input } from '@angular/core';
import type { IconNode } from 'lucide';

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of Lucide beside a text; it says nothing to screen readers. `import { Send } from 'lucide'` for `[icon]`. */
@Component({
  selector: 'mc-icon',
  template: '',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: 1.25em;
      height: 1.25em;
    }
  `,
})
export class Icon {
  readonly icon = input.required<IconNode>();

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    effect(() => {
      const svg = document.createElementNS(SVG, 'svg');
      const box = { viewBox: '0 0 24 24', width: '100%', height: '100%', fill: 'none', stroke: 'currentColor' };
      const line = { 'stroke-width': '1.75', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
      set(svg, { ...box, ...line });
      for (const [tag, attributes] of this.icon()) {
        const part = document.createElementNS(SVG, tag);
        set(part, attributes);
        svg.append(part);
      }
      host.replaceChildren(svg);
    });
  }
}

function set(element: Element, attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
}
