using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>Every entity of every module that belongs to a tenant, with its context. Read from the models; no database is asked.</summary>
internal static class TenantEntities
{
    public static IEnumerable<(Type Context, Type Entity)> All { get; } =
    [
        .. from type in TwoTenantsFixture.Contexts
           let context = WithoutDatabase(type)
           from entity in context.Model.GetEntityTypes()
           where typeof(ITenantOwned).IsAssignableFrom(entity.ClrType) && !entity.IsOwned()
           select (type, entity.ClrType),
    ];

    private static DbContext WithoutDatabase(Type type)
    {
        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(type))!;
        return (DbContext)Activator.CreateInstance(type, builder.UseNpgsql().Options)!;
    }
}
