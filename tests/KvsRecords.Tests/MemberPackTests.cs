using System.Text;
using CsCheck;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

/// <summary>Packs: members that lie ready beside each other.</summary>
public sealed class MemberPackTests(TemporaryFolder folder) : IClassFixture<TemporaryFolder>
{
    [Fact]
    public Task An_archive_is_the_same_with_packs_and_without_from_any_byte() =>
        Gen.Select(Bodies.AnyStore, Gen.Int[0, 1_000_000], Gen.Double[0, 1]).SampleAsync(
            async (records, seed, where) =>
            {
                var single = await Spliced.PackAsync(records);
                var packed = await Spliced.PackAsync(records);
                await PackSomeAsync(packed, new Random(seed));
                var whole = await Spliced.OfAsync(single);
                var from = (int)(where * (whole.Length - 1));

                Assert.Equal(whole, await Spliced.OfAsync(packed));
                Assert.Equal(whole[from..], await Spliced.OfAsync(packed, from));
                Assert.Equal(0, packed.Busy);
            },
            iter: 100,
            threads: 1);

    [Fact]
    public async Task A_pack_gives_keys_and_headers_of_its_members_in_their_order()
    {
        var records = Enumerable.Range(0, 5_000).Select(i => new StoredRecord($"ключ-{i:D5}-{new string('k', i % 200)}", Bodies.Text(i % 50)));
        var snapshot = await Spliced.PackAsync(records);
        var file = await WriteAsync(snapshot, 0, snapshot.Members.Count);
        using var pack = new MemberPack(File.OpenHandle(file), snapshot.Totals);
        var entries = new PackEntries();

        // The second time with the same buffer.
        for (var round = 0; round < 2; round++)
        {
            entries.Begin(pack);
            foreach (var member in snapshot.Members)
            {
                Assert.True(entries.MoveNext());
                Assert.Equal(member.Key, Encoding.UTF8.GetString(entries.Key));
                Assert.Equal(MemberHeader.Create(member.KeyBytes, member.Record, member.Modified), entries.Header);
            }

            Assert.False(entries.MoveNext());
            Assert.False(entries.MoveNext());
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_pack_that_is_cut_off_or_longer_is_not_whole(int more)
    {
        var snapshot = await Spliced.PackAsync([new("a", Bodies.Text(100)), new("b", Bodies.Text(200))]);
        var file = await WriteAsync(snapshot, 0, 2);
        using (var change = File.OpenWrite(file))
            change.SetLength(change.Length + more);
        using var pack = new MemberPack(File.OpenHandle(file), snapshot.Totals);

        Assert.False(pack.IsWhole);
        if (more > 0)
            return;

        var entries = new PackEntries();
        entries.Begin(pack);
        Assert.True(entries.MoveNext());
        Assert.Throws<InvalidDataException>(() => entries.MoveNext());
    }

    // Some members alone, others in packs of one to all that are left.
    private async Task PackSomeAsync(MembersInMemory snapshot, Random random)
    {
        for (var next = random.Next(3); next < snapshot.Members.Count; next += random.Next(3))
        {
            var count = random.Next(1, snapshot.Members.Count - next + 1);
            var file = await WriteAsync(snapshot, next, count);
            snapshot.Packs.Add(next, (file, new MembersInMemory(snapshot.Members.Skip(next).Take(count)).Totals));
            next += count;
        }
    }

    private async Task<string> WriteAsync(MembersInMemory snapshot, int first, int count)
    {
        var writer = new MemberPackWriter(1_000);
        using var members = new MembersInMemory(snapshot.Members.Skip(first).Take(count)).ReadMembers(null, withBodies: true);
        while (members.MoveNext())
            writer.Add(members);
        var pack = new MemoryStream();
        writer.WriteTo(pack);
        return await folder.SaveAsync(pack.ToArray());
    }
}
