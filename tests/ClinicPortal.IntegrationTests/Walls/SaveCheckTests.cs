using System.Runtime.CompilerServices;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>The second wall alone: rows are handed to EF without a query, on a connection that row-level security does not hold back.</summary>
[Collection(WallsCollection.Name)]
public sealed class SaveCheckTests(TwoTenantsFixture walls)
{
    public static TheoryData<Type, Type> Entities { get; } = [.. TenantEntities.All];

    [Theory]
    [MemberData(nameof(Entities), DisableDiscoveryEnumeration = true)]
    public async Task Save_OfAnotherTenantsRow_IsRefused(Type contextType, Type entity)
    {
        await RefusesAsync(() => walls.Context(contextType, TwoTenantsFixture.A), entity);
    }

    [Theory]
    [MemberData(nameof(Entities), DisableDiscoveryEnumeration = true)]
    public async Task Save_WithoutScope_IsRefused(Type contextType, Type entity)
    {
        await RefusesAsync(() => walls.Context(contextType, new TenantScope()), entity);
    }

    [Fact]
    public void Save_Synchronously_WouldPassTheCheckBy_SoItIsRefused()
    {
        using var context = walls.Context(TwoTenantsFixture.Contexts.First(), TwoTenantsFixture.A);

        Assert.Throws<NotSupportedException>(() => context.SaveChanges());
    }

    private static async Task RefusesAsync(Func<ModuleDbContext> open, Type entity)
    {
        foreach (var state in new[] { EntityState.Added, EntityState.Modified, EntityState.Deleted })
        {
            await using var context = open();
            var entry = context.Entry(RuntimeHelpers.GetUninitializedObject(entity));
            foreach (var key in entry.Metadata.FindPrimaryKey()!.Properties.Where(p => p.ClrType == typeof(Guid) || p.ClrType == typeof(byte[])))
            {
                var id = key.Name == nameof(ITenantOwned.TenantId) ? TwoTenantsFixture.B : Guid.NewGuid();
                entry.Property(key.Name).CurrentValue = key.ClrType == typeof(Guid) ? id : id.ToByteArray();
            }
            foreach (var key in entry.Metadata.FindPrimaryKey()!.Properties.Where(p => p.ClrType == typeof(string)))
            {
                entry.Property(key.Name).CurrentValue = "any";
            }
            entry.State = state;

            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => context.SaveChangesAsync(TestContext.Current.CancellationToken));

            Assert.Contains("outside the scope", refusal.Message, StringComparison.Ordinal);
        }
    }
}
