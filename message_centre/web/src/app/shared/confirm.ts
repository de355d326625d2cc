import { ChangeDetectionStrategy, Component, Injectable, computed, inject, signal } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { firstValueFrom } from 'rxjs';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from './problem-panel';

export interface Confirmation {
  title: string;
  /** What will happen, in numbers. */
  text: string;
  /** Further facts, each in a line. */
  facts?: readonly string[];
  /** The verb on the button, such as "Cancel campaign". */
  action: string;
  /** Whether it cannot be taken back. */
  destructive?: boolean;
  /** The label of a field for a reason, which goes to `run`. */
  reason?: string;
  /** What has to be typed before it can be done, and the label that asks for it. */
  typed?: { readonly label: string; readonly value: string };
  /** Does it; the dialog stays open and shows a `Problem` that is thrown. */
  run: (reason: string) => Promise<unknown>;
}

/** Asks before something that matters. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  private readonly dialog = inject(MatDialog);

  /** True when it was confirmed and done. */
  async ask(confirmation: Confirmation): Promise<boolean> {
    const dialog = this.dialog.open<ConfirmDialog, Confirmation, boolean>(ConfirmDialog, {
      data: confirmation,
      width: '480px',
      autoFocus: 'dialog',
      ...(confirmation.destructive ? { role: 'alertdialog' as const } : {}),
    });
    return (await firstValueFrom(dialog.afterClosed())) ?? false;
  }
}

@Component({
  selector: 'mc-confirm',
  imports: [FormsModule, MatButton, MatDialogModule, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ data.title }}</h2>
    <mat-dialog-content>
      <p>{{ data.text }}</p>
      @if (data.facts?.length) {
        <ul>
          @for (fact of data.facts; track fact) {
            <li>{{ fact }}</li>
          }
        </ul>
      }
      @if (data.reason) {
        <mat-form-field>
          <mat-label>{{ data.reason }}</mat-label>
          <input matInput maxlength="500" [(ngModel)]="reason" />
        </mat-form-field>
      }
      @if (data.typed; as wanted) {
        <mat-form-field>
          <mat-label>{{ wanted.label }}</mat-label>
          <input matInput autocomplete="off" [value]="typed()" (input)="typed.set($any($event.target).value)" />
        </mat-form-field>
      }
      @if (problem(); as problem) {
        <mc-problem [problem]="problem" [retryable]="false" />
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close [disabled]="busy()">{{ texts.t('core.back') }}</button>
      <button
        matButton="filled"
        type="button"
        [class.destructive]="data.destructive"
        [disabled]="busy() || !allowed()"
        (click)="confirm()"
      >
        {{ data.action }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    mat-form-field {
      width: 100%;
      margin-top: 8px;
    }
    ul {
      padding-left: 20px;
    }
  `,
})
class ConfirmDialog {
  protected readonly data = inject<Confirmation>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected reason = '';
  protected readonly typed = signal('');
  protected readonly allowed = computed(() => !this.data.typed || this.typed().trim() === this.data.typed.value.trim());
  private readonly dialog = inject<MatDialogRef<ConfirmDialog, boolean>>(MatDialogRef);

  protected async confirm(): Promise<void> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.data.run(this.reason.trim());
      this.dialog.close(true);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
