using ClinicPortal.Modules.Associations.Contracts;

namespace ClinicPortal.Tests.Billing;

public sealed class ClinicRangeTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(250, 1)]
    [InlineData(251, 2)]
    [InlineData(1000, 4)]
    public void Parts_HoldEveryClinicOnce_KnownOrNot(int clinics, int parts)
    {
        // As the database sorts them: byte by byte.
        var ids = Enumerable.Range(0, clinics).Select(_ => Guid.NewGuid()).OrderBy(id => id.ToString("N"), StringComparer.Ordinal).ToList();

        var cut = ClinicRange.Cut(ids, 250);

        Assert.Equal(parts, cut.Count);
        foreach (var id in ids.Concat(Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid())).Append(Guid.Empty).Append(Guid.AllBitsSet))
        {
            Assert.Single(cut, range => range.From <= id && id <= range.Until);
        }
        Assert.All(cut, range => Assert.InRange(ids.Count(id => range.From <= id && id <= range.Until), 0, 250));
    }
}
