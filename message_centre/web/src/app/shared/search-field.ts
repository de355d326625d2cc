import { ChangeDetectionStrategy, Component, DestroyRef, inject, input, model } from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';

/** Milliseconds without a key until what was typed counts. */
const PAUSE = 250;

/** A field that searches while somebody types. */
@Component({
  selector: 'mc-search-field',
  imports: [MatFormFieldModule, MatInput],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <input matInput type="search" [value]="value()" (input)="typed($any($event.target).value)" />
    </mat-form-field>
  `,
  styles: `
    :host {
      display: block;
    }
    mat-form-field {
      width: 100%;
    }
  `,
})
export class SearchField {
  readonly label = input.required<string>();
  /** What is searched for, without spaces around it. */
  readonly value = model('');

  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.typing);
    });
  }

  protected typed(text: string): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.value.set(text.trim());
    }, PAUSE);
  }
}
