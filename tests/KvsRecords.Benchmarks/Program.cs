using KvsRecords.Benchmarks;

return await CommandLine.InvokeAsync(args, async (settings, cancel) =>
{
    using var scratch = TempFolder.Create();
    var report = new Report();
    report.About(Machine.Describe(args));

    var sets = await new DataSets(settings, scratch).MakeAsync(report, cancel);
    var contenders = await new Contenders(settings, scratch).FindAsync(report, cancel);
    using var client = new Download();

    if (contenders.Count > 0)
    {
        await new DownloadTimer(client, settings.Rounds, scratch).RunAsync(sets, contenders, report, cancel);
        await new Memory(client, scratch).RunAsync(sets, contenders, report, cancel);
        await new FirstByte(client).RunAsync(sets, contenders, report, cancel);
    }

    report.Conclude(settings.Quick);
    if (settings.Markdown is { } file)
        await File.WriteAllTextAsync(file.FullName, report.Markdown, cancel);
    return report.Failed ? 1 : 0;
});
