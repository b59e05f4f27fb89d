trigger Synced on Contact (before insert) {
    for (Contact person : Trigger.new) {
        person.Badge__c = person.MRN__c;
    }
}
