export function remember(what) {
  document.cookie = "last=" + what;
}
export const title = (row) => row.Diagnosis__c;
