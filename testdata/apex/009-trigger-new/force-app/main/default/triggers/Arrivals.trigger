trigger Arrivals on Patient__c (before insert, before update) {
    for (Patient__c person : Trigger.new) {
        System.debug('saving ' + person.SSN__c);
    }
}
