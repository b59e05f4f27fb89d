import { LightningElement, wire } from 'lwc';
import { getRecord, getFieldValue } from 'lightning/uiRecordApi';
import REASON from '@salesforce/schema/Visit__c.Reason_for_Visit__c';
import lookup from '@salesforce/apex/PatientSearch.lookup';

export default class BookVisit extends LightningElement {
    recordId;

    @wire(getRecord, { recordId: '$recordId', fields: [REASON] })
    visit;

    async connectedCallback() {
        const patients = await lookup({ text: 'all' });
        sessionStorage.setItem('patients', JSON.stringify(patients));
        window.localStorage.setItem('theme', 'dark');
    }

    save() {
        localStorage.setItem('draft', JSON.stringify({ reason: getFieldValue(this.visit.data, REASON) }));
        console.log(getFieldValue(this.visit.data, REASON));
    }
}
