import { Routes } from '@angular/router';

export default [
  { path: '', title: 'files.title', loadComponent: () => import('./files-page') },
  { path: ':id', title: 'files.title', loadComponent: () => import('./file-page') },
] satisfies Routes;
