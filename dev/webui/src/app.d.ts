import type { ClusterInformation, Settings, SystemInformation } from '@temporalio/ui/types/global';

declare global {
  namespace App {
    /** What every page of the package reads from `$page.data`; the root layout's `load` provides it. */
    interface PageData {
      settings?: Settings;
      cluster?: ClusterInformation;
      systemInfo?: SystemInformation;
    }
  }
}
