using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>The first wall alone: EF on the owner's connection, which row-level security lets see everything.</summary>
[Collection(WallsCollection.Name)]
public sealed class QueryFilterTests(TwoTenantsFixture walls)
{
    public static TheoryData<Type, Type> Entities { get; } = [.. TenantEntities.All];

    [Theory]
    [MemberData(nameof(Entities), DisableDiscoveryEnumeration = true)]
    public async Task Query_WithoutScope_FindsNoRow(Type contextType, Type entity)
    {
        await using var context = walls.Context(contextType, new TenantScope());

        Assert.Empty(await TenantsOfAsync(context, entity, filtered: true));
    }

    [Theory]
    [MemberData(nameof(Entities), DisableDiscoveryEnumeration = true)]
    public async Task Query_InScopeOfOne_FindsItsRowsOnly(Type contextType, Type entity)
    {
        await using var context = walls.Context(contextType, TwoTenantsFixture.A);

        Assert.Equal([TwoTenantsFixture.A], await TenantsOfAsync(context, entity, filtered: true));
    }

    [Theory]
    [MemberData(nameof(Entities), DisableDiscoveryEnumeration = true)]
    public async Task QueryUnfiltered_FindsBoth_SoOnlyTheFilterWasTheWall(Type contextType, Type entity)
    {
        await using var context = walls.Context(contextType, TwoTenantsFixture.A);

        Assert.Superset(
            new HashSet<Guid> { TwoTenantsFixture.A, TwoTenantsFixture.B },
            (await TenantsOfAsync(context, entity, filtered: false)).ToHashSet());
    }

    [Fact]
    public async Task Context_GivenBackToThePool_ForgetsItsScope()
    {
        foreach (var type in TwoTenantsFixture.Contexts)
        {
            var context = walls.Context(type, TwoTenantsFixture.A);
            Assert.Equal([TwoTenantsFixture.A], context.ScopeTenants);

            await context.DisposeAsync();

            Assert.Empty(context.ScopeTenants);
        }
    }

    private static Task<Guid[]> TenantsOfAsync(ModuleDbContext context, Type entity, bool filtered) =>
        (Task<Guid[]>)typeof(QueryFilterTests).GetMethod(nameof(TenantsAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(entity).Invoke(null, [context, filtered])!;

    private static Task<Guid[]> TenantsAsync<T>(ModuleDbContext context, bool filtered) where T : class, ITenantOwned
    {
        IQueryable<T> rows = context.Set<T>();
        return (filtered ? rows : rows.IgnoreQueryFilters([ModuleDbContext.TenantFilter]))
            .Select(row => row.TenantId).Distinct().ToArrayAsync(TestContext.Current.CancellationToken);
    }
}
