[assembly: AssemblyFixture(typeof(NoSecretsSaid))]
