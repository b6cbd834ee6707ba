[assembly: AssemblyFixture(typeof(Cluster))]
[assembly: AssemblyFixture(typeof(NoSecretsSaid))]
