import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, output } from '@angular/core';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

import { Formats } from '@core/formats';
import { isZone, offsetLabel, zones } from './wall-clock';

const SHOWN = 60;

/** Chooses a time zone by typing part of its name. */
@Component({
  selector: 'mc-zone-field',
  imports: [MatAutocompleteModule, MatFormFieldModule, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <input
        matInput
        [value]="typed()"
        [disabled]="disabled()"
        [matAutocomplete]="list"
        (input)="type($any($event.target).value)"
        (blur)="leave()"
      />
      <mat-autocomplete #list="matAutocomplete" (optionSelected)="choose($event.option.value)">
        @for (zone of found(); track zone) {
          <mat-option [value]="zone">{{ zone.replaceAll('_', ' ') }} · {{ offset(zone) }}</mat-option>
        }
      </mat-autocomplete>
    </mat-form-field>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
  `,
})
export class ZoneField {
  readonly label = input.required<string>();
  readonly zone = input.required<string>();
  readonly disabled = input(false);
  readonly chosen = output<string>();

  private readonly formats = inject(Formats);
  private readonly all = computed(() => zones(this.formats.zone()));
  protected readonly typed = linkedSignal(() => this.zone());
  protected readonly found = computed(() => {
    const typed = this.typed();
    // A list that is opened to look around shows everything, not just what is chosen already.
    const words =
      typed === this.zone()
        ? []
        : typed
            .toLowerCase()
            .split(/[\s_/]+/)
            .filter(Boolean);
    return this.all()
      .filter((zone) => words.every((word) => zone.toLowerCase().includes(word)))
      .slice(0, SHOWN);
  });

  protected offset(zone: string): string {
    return offsetLabel(new Date(), zone);
  }

  protected type(text: string): void {
    this.typed.set(text);
    if (this.all().includes(text)) {
      this.choose(text);
    }
  }

  protected choose(zone: string): void {
    this.typed.set(zone);
    if (zone !== this.zone() && isZone(zone)) {
      this.chosen.emit(zone);
    }
  }

  /** What is no zone goes back to the one that was chosen. */
  protected leave(): void {
    setTimeout(() => {
      if (!this.all().includes(this.typed())) {
        this.typed.set(this.zone());
      }
    }, 200);
  }
}
