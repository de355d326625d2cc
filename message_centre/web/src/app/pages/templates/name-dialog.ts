import { ChangeDetectionStrategy, Component, Injectable, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { firstValueFrom } from 'rxjs';

import { Problem } from '@core/api/problem';
import { Texts } from '@core/i18n/texts';
import { ProblemPanel } from '@shared/problem-panel';

export interface Naming {
  readonly title: string;
  readonly label: string;
  readonly action: string;
  readonly name: string;
  /** Does it; the dialog stays open and shows a `Problem` that is thrown. */
  readonly run: (name: string) => Promise<unknown>;
}

/** Asks for a name. */
@Injectable({ providedIn: 'root' })
export class AskName {
  private readonly dialog = inject(MatDialog);

  /** True when a name was given and used. */
  async ask(naming: Naming): Promise<boolean> {
    const dialog = this.dialog.open<NameDialog, Naming, boolean>(NameDialog, { data: naming, width: '440px' });
    return (await firstValueFrom(dialog.afterClosed())) ?? false;
  }
}

@Component({
  selector: 'mc-name-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatInput, ProblemPanel],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ data.title }}</h2>
    <form (submit)="$event.preventDefault(); go()">
      <mat-dialog-content>
        <mat-form-field>
          <mat-label>{{ data.label }}</mat-label>
          <input
            matInput
            required
            maxlength="200"
            cdkFocusInitial
            [value]="name()"
            (input)="name.set($any($event.target).value)"
          />
        </mat-form-field>
        @if (problem(); as problem) {
          <mc-problem [problem]="problem" [retryable]="false" />
        }
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close [disabled]="busy()">{{ texts.t('core.cancel') }}</button>
        <button matButton="filled" type="submit" [disabled]="busy() || !name().trim()">{{ data.action }}</button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-form-field {
      width: 100%;
      margin-top: 4px;
    }
  `,
})
class NameDialog {
  protected readonly data = inject<Naming>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
  protected readonly name = signal(this.data.name);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly dialog = inject<MatDialogRef<NameDialog, boolean>>(MatDialogRef);

  protected async go(): Promise<void> {
    if (!this.name().trim() || this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.data.run(this.name().trim());
      this.dialog.close(true);
    } catch (cause) {
      this.problem.set(Problem.of(cause));
    } finally {
      this.busy.set(false);
    }
  }
}
