import { ChangeDetectionStrategy, Component, Injectable, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { Texts } from '@core/i18n/texts';
import { CopyButton } from '@shared/copy-button';

interface Shown {
  readonly title: string;
  readonly secret: string | null;
}

/** Shows a secret this once. */
@Injectable({ providedIn: 'root' })
export class ShowSecret {
  private readonly dialog = inject(MatDialog);

  /** With null it says that the secret was shown already. */
  async show(title: string, secret: string | null): Promise<void> {
    const dialog = this.dialog.open<SecretDialog, Shown>(SecretDialog, {
      data: { title, secret },
      width: '520px',
      disableClose: true,
    });
    await firstValueFrom(dialog.afterClosed());
  }
}

@Component({
  selector: 'mc-secret-dialog',
  imports: [CopyButton, MatButton, MatDialogModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 mat-dialog-title>{{ data.title }}</h2>
    <mat-dialog-content>
      @if (data.secret) {
        <p>{{ texts.t('core.secret.once') }}</p>
        <div class="secret">
          <code>{{ data.secret }}</code>
          <mc-copy-button [value]="data.secret" [what]="data.title" />
        </div>
      } @else {
        <p>{{ texts.t('core.secret.gone') }}</p>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton="filled" type="button" mat-dialog-close>
        {{ texts.t(data.secret ? 'core.secret.stored' : 'core.close') }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    .secret {
      display: flex;
      gap: 8px;
      align-items: center;
      padding: 8px 12px;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 10px;
      background: var(--mc-tint);
    }
    code {
      flex: 1 1 auto;
      overflow-wrap: anywhere;
      user-select: all;
    }
  `,
})
class SecretDialog {
  protected readonly data = inject<Shown>(MAT_DIALOG_DATA);
  protected readonly texts = inject(Texts);
}
