using KvsRecords.Benchmarks;
using KvsRecords.Benchmarks.UnderLoad;

if (HealthProbe.Runs(args))
    return 0;

return await CommandLine.InvokeAsync(args, async (settings, cancel) =>
{
    using var scratch = TempFolder.Create();
    var report = new Report();
    report.About(Machine.Describe(args));
    await new Measures(settings, scratch, report).RunAsync(cancel);
    report.Conclude(settings.Quick);
    if (settings.Markdown is { } file)
        await File.WriteAllTextAsync(file.FullName, report.Markdown, cancel);
    return report.Failed ? 1 : 0;
});
