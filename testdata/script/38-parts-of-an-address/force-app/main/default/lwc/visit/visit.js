import { LightningElement } from "lwc";
import { NavigationMixin } from "lightning/navigation";
export default class Visit extends NavigationMixin(LightningElement) {
  open(row) {
    this[NavigationMixin.Navigate]({
      type: "standard__component",
      attributes: { componentName: "c__detail" },
      state: {
        c__id: row.Id,
        c__diagnosis: row.Diagnosis__c,
        c__number: row.SSN__c
      }
    });
  }
}
