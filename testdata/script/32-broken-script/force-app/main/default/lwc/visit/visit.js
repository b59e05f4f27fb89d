import { LightningElement, wire, api } from "lwc";
function a(row) {
  console.log(row.SSN__c);
}
let = = ;;) (
function b(row) {
  console.log(row.Diagnosis__c);
}
