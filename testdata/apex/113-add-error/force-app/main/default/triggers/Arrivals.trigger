trigger Arrivals on Patient__c (before insert) {
    for (Patient__c person : Trigger.new) {
        person.addError('There is somebody with number ' + person.SSN__c);
    }
}
