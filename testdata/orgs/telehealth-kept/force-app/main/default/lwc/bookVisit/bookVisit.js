import { LightningElement } from 'lwc';

export default class BookVisit extends LightningElement {
    connectedCallback() {
        window.localStorage.setItem('theme', 'dark');
    }
}
