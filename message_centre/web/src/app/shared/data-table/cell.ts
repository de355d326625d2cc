import { Directive, TemplateRef, inject, input } from '@angular/core';

/** What stands in a column's cells: `<ng-template mcCell="name" let-row [mcCellOf]="rows()">`. */
@Directive({ selector: '[mcCell]' })
export class Cell<T> {
  /** The key of the column. */
  readonly mcCell = input.required<string>();
  /** The table's rows; only their type is used, so that `let-row` has it. */
  readonly mcCellOf = input<readonly T[]>();
  readonly template = inject<TemplateRef<{ $implicit: T; index: number }>>(TemplateRef);

  static ngTemplateContextGuard<T>(_: Cell<T>, context: unknown): context is { $implicit: T; index: number } {
    return context !== null;
  }
}
