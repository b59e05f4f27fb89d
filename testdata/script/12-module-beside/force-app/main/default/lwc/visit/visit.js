import { LightningElement, wire, api } from "lwc";
import { remember, title } from "./memory";
export default class Visit extends LightningElement {
  change(row) {
    remember(row.SSN__c);
    console.log(title(row));
  }
}
