console.log(row.SSN__c);
