trigger Arrivals on Patient__c (before insert) {
    for (Patient__c person : Trigger.new) {
        person.SSN__c.addError('This number is taken');
        person.addError('Room ' + person.Room__c + ' is full');
    }
}
