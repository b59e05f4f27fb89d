import { LightningElement, wire, api } from "lwc";
import { getRecord, getFieldValue } from "lightning/uiRecordApi";
import SSN from "@salesforce/schema/Patient__c.SSN__c";
import NICK from "@salesforce/schema/Patient__c.Locker__c";
export default class Visit extends LightningElement {
  @api recordId;
  @wire(getRecord, { recordId: "$recordId", fields: [SSN, NICK] }) patient;
  keep() {
    localStorage.setItem("visit", JSON.stringify(this.patient.data));
  }
}
